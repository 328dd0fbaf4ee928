import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Message, TalkView } from 'talk-client';
import { Icon } from '../parts/icon.js';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';
import { go } from '../state/hooks.js';
import { Composer } from './composer.js';
import { MessageLog } from './message-log.js';
import { rowsOf, type Row } from './rows.js';

interface ThreadPanelProps {
  desk: Desk;
  view: TalkView;
  parentId: string;
  isWritable: boolean;
}

const NOTHING_OLDER = (): Promise<void> => Promise.resolve();

/** A message and the replies to it. */
export function ThreadPanel({ desk, view, parentId, isWritable }: ThreadPanelProps): JSX.Element {
  const parent = useParent(desk, view, parentId);
  const replies = view.thread(parentId);
  const rows = useMemo(() => threadRows(parent, replies), [parent, view.messages, replies.length]);
  const chatId = view.talk.id;
  const close = (): void => go({ chatId, ...(parent?.parent_id && { threadId: parent.parent_id }) });
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !(event.target as HTMLElement).closest('dialog, [popover]')) close();
  };
  return (
    <aside class="thread" aria-label="Thread" onKeyDown={press}>
      <header class="thread-head">
        <h2>Thread</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="Close the thread"
          title="Close (Escape)"
          onClick={close}
        >
          <Icon name="close" />
        </button>
      </header>
      <MessageLog
        desk={desk}
        label="Thread"
        rows={rows}
        pending={desk.outbox.pending(chatId, parentId, replies)}
        isWritable={isWritable}
        hasOlder={false}
        loadOlder={NOTHING_OLDER}
        opensThreads={false}
      />
      {isWritable && <Composer desk={desk} chatId={chatId} parentId={parentId} label="Reply" />}
    </aside>
  );
}

/** The replies stand below a line of their own, however soon they came. */
function threadRows(parent: Message | undefined, replies: Message[]): Row[] {
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const [first, ...others] = rowsOf(replies);
  return [...rowsOf(parent ? [parent] : []), ...(first ? [{ ...first, day: count }, ...others] : [])];
}

/** The message above the thread, which may lie before those that are loaded. */
function useParent(desk: Desk, view: TalkView, parentId: string): Message | undefined {
  const [read, setRead] = useState<Message>();
  const attempt = useTry();
  useEffect(() => {
    void attempt(async () => {
      await view.loadThread(parentId);
      setRead(await desk.client.messages.get(parentId));
    });
  }, [view, parentId]);
  return view.messages.find(({ id }) => id === parentId) ?? read;
}
