import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TalkView } from 'talk-client';
import type { Desk } from '../state/desk.js';
import { useChanges } from '../state/hooks.js';
import { ClosedNote } from './closed-note.js';
import { Composer } from './composer.js';
import { MessageLog } from './message-log.js';
import { rowsOf } from './rows.js';
import { TalkHeader } from './talk-header.js';
import { ThreadPanel } from './thread-panel.js';
import { useReading } from './use-reading.js';

interface TalkPaneProps {
  desk: Desk;
  view: TalkView;
  threadId: string | undefined;
}

/** What is said in a talk at top level, and beside it a thread, where one is open. */
export function TalkPane({ desk, view, threadId }: TalkPaneProps): JSX.Element {
  useChanges(view, desk.agents, desk.outbox);
  const { talk, messages, ended, hasOlder } = view;
  const rows = useMemo(() => rowsOf(messages.filter(({ parent_id }) => !parent_id)), [messages]);
  const pending = desk.outbox.pending(talk.id, undefined, messages);
  const isWritable = talk.status === 'active' && !ended;
  useReading(desk, talk.id, messages);
  return (
    <>
      <main class={`talk ${threadId ? 'has-thread' : ''}`} aria-label="Talk">
        <TalkHeader desk={desk} view={view} />
        <MessageLog
          desk={desk}
          label="Messages"
          rows={rows}
          pending={pending}
          isWritable={isWritable}
          hasOlder={hasOlder}
          loadOlder={() => view.loadOlder()}
          opensThreads
        />
        {isWritable ? (
          <Composer desk={desk} chatId={talk.id} label="Message" />
        ) : (
          <ClosedNote desk={desk} talk={talk} ended={ended} />
        )}
      </main>
      {threadId && (
        <ThreadPanel key={threadId} desk={desk} view={view} parentId={threadId} isWritable={isWritable} />
      )}
    </>
  );
}
