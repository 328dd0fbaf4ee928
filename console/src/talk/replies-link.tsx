import type { JSX } from 'preact';
import type { Message } from 'talk-client';
import { hrefOf } from '../state/hooks.js';

/** To the thread below a message, where there is one. */
export function RepliesLink({ message, isStop }: { message: Message; isStop: boolean }): JSX.Element | null {
  const { reply_count: count, chat_id, id } = message;
  if (count === 0) return null;
  return (
    <a class="replies" href={hrefOf({ chatId: chat_id, threadId: id })} tabIndex={isStop ? 0 : -1}>
      {count === 1 ? '1 reply' : `${count} replies`}
    </a>
  );
}
