import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.js';
import { useTry } from '../parts/notices.js';
import { moveFocus } from '../parts/roving.js';
import type { Desk } from '../state/desk.js';
import type { Outgoing } from '../state/outbox.js';
import { MessageRow } from './message-row.js';
import { PendingMessage } from './pending-message.js';
import type { Row } from './rows.js';
import { useScroll } from './use-scroll.js';

export interface MessageLogProps {
  desk: Desk;
  label: string;
  rows: Row[];
  pending: Outgoing[];
  isWritable: boolean;
  hasOlder: boolean;
  loadOlder: () => Promise<void>;
  /** Whether replies are shown elsewhere, and can be gone to. */
  opensThreads: boolean;
}

/** Messages one below the other; older ones come when one scrolls up to them. */
export function MessageLog(props: MessageLogProps): JSX.Element {
  const { desk, label, rows, pending, isWritable, hasOlder, opensThreads } = props;
  const [focused, setFocused] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const newest = pending.at(-1)?.key ?? rows.at(-1)?.message.id;
  const scroll = useScroll(list, { oldest: rows[0]?.message.id, newest, isOwn: pending.length > 0 });
  const stop = rows.some(({ message }) => message.id === focused) ? focused : rows.at(-1)?.message.id;
  return (
    <div class="log-frame">
      <div
        ref={list}
        class="log"
        role="log"
        aria-label={label}
        tabIndex={0}
        onScroll={scroll.onScroll}
        onKeyDown={(event) => moveFocus(event, list.current, '.message')}
      >
        {hasOlder ? (
          <OlderMessages {...props} root={list} />
        ) : (
          opensThreads && <Beginning isEmpty={rows.length + pending.length === 0} />
        )}
        {rows.map((row) => (
          <MessageRow
            key={row.message.id}
            desk={desk}
            row={row}
            isStop={row.message.id === stop}
            isWritable={isWritable}
            opensThreads={opensThreads}
            onFocus={setFocused}
          />
        ))}
        {pending.map((outgoing) => (
          <PendingMessage key={outgoing.key} desk={desk} outgoing={outgoing} />
        ))}
      </div>
      {scroll.isAway && (
        <button
          type="button"
          class={`to-newest ${scroll.hasNews ? 'has-news' : ''}`}
          onClick={scroll.toNewest}
        >
          <Icon name="down" />
          {scroll.hasNews ? 'New messages' : 'Newest'}
        </button>
      )}
    </div>
  );
}

function Beginning({ isEmpty }: { isEmpty: boolean }): JSX.Element {
  return (
    <p class={`beginning ${isEmpty ? 'is-alone' : ''}`}>
      {isEmpty ? 'Nothing has been said here yet. Say something.' : 'This is where the talk begins.'}
    </p>
  );
}

/** Seen, it loads what is before it, again and again until it is out of sight. */
function OlderMessages({
  loadOlder,
  rows,
  root,
}: MessageLogProps & { root: { current: HTMLElement | null } }): JSX.Element {
  const mark = useRef<HTMLParagraphElement>(null);
  const isLoading = useRef(false);
  const attempt = useTry();
  useEffect(() => {
    const load = async (): Promise<void> => {
      if (isLoading.current) return;
      isLoading.current = true;
      await attempt(loadOlder);
      isLoading.current = false;
    };
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && void load(), {
      root: root.current,
      rootMargin: '200px 0px 0px',
    });
    if (mark.current) watch.observe(mark.current);
    return () => watch.disconnect();
    // Anew after every page: one that is still in sight is told of only then.
  }, [rows[0]?.message.id, rows.length]);
  return (
    <p class="older" ref={mark}>
      Loading older messages …
    </p>
  );
}
