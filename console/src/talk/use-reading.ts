import { useEffect } from 'preact/hooks';
import type { Message } from 'talk-client';
import type { Desk } from '../state/desk.js';

/** What is open in a window that somebody looks at is read. */
export function useReading({ glances }: Desk, chatId: string, messages: Message[]): void {
  const newest = messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    const read = (): void => {
      if (document.visibilityState === 'visible' && document.hasFocus()) glances.read(chatId, newest);
    };
    read();
    document.addEventListener('visibilitychange', read);
    addEventListener('focus', read);
    return () => {
      document.removeEventListener('visibilitychange', read);
      removeEventListener('focus', read);
    };
  }, [glances, chatId, newest]);
}
