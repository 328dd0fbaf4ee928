import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { TalkList } from './list/talk-list.js';
import { Icon } from './parts/icon.js';
import type { Desk } from './state/desk.js';
import { useChanges, useRoute } from './state/hooks.js';
import { OpenTalk } from './talk/open-talk.js';

/** The list of talks, and the one that is open; on a narrow window one after the other. */
export function DeskPage({ desk }: { desk: Desk }): JSX.Element {
  const { chatId, threadId } = useRoute();
  useUnreadInTitle(desk);
  return (
    <div class={`desk ${chatId ? 'has-talk' : ''}`}>
      <TalkList desk={desk} chatId={chatId} />
      {chatId ? <OpenTalk key={chatId} desk={desk} chatId={chatId} threadId={threadId} /> : <NoTalk />}
    </div>
  );
}

function NoTalk(): JSX.Element {
  return (
    <main class="no-talk" aria-label="Talk">
      <Icon name="logo" />
      <p>Choose a talk, or start one.</p>
    </main>
  );
}

function useUnreadInTitle({ list, glances }: Desk): void {
  useChanges(list, glances);
  const unread = list.talks.filter(({ id }) => glances.unreadOf(id) > 0).length;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Talk` : 'Talk';
  }, [unread]);
}
