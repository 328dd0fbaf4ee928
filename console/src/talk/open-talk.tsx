import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { TalkView } from 'talk-client';
import type { Desk } from '../state/desk.js';
import { explain } from '../state/explain.js';
import { hrefOf } from '../state/hooks.js';
import { TalkPane } from './talk-pane.js';

interface OpenTalkProps {
  desk: Desk;
  chatId: string;
  threadId: string | undefined;
}

/** Opens the view of a talk, and closes it again. */
export function OpenTalk({ desk, chatId, threadId }: OpenTalkProps): JSX.Element {
  const [view, setView] = useState<TalkView>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let opened: TalkView | undefined;
    let isGone = false;
    desk.client.view(chatId).then(
      (fresh) => {
        opened = fresh;
        if (isGone) fresh.close();
        else setView(fresh);
      },
      (error: unknown) => setFailure(explain(error)),
    );
    return () => {
      isGone = true;
      opened?.close();
    };
  }, [desk, chatId]);
  if (view) return <TalkPane desk={desk} view={view} threadId={threadId} />;
  return (
    <main class="no-talk" aria-busy={!failure} aria-label="Talk">
      {failure && (
        <>
          <p>{failure}</p>
          <a class="button" href={hrefOf({})}>
            All talks
          </a>
        </>
      )}
    </main>
  );
}
