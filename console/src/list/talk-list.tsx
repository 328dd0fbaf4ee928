import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { NewTalkDialog } from '../dialogs/new-talk-dialog.js';
import { Icon } from '../parts/icon.js';
import { useTry } from '../parts/notices.js';
import { titleOf, type Desk } from '../state/desk.js';
import { useChanges } from '../state/hooks.js';
import { moveFocus } from '../parts/roving.js';
import { TalkItem } from './talk-item.js';

interface TalkListProps {
  desk: Desk;
  chatId: string | undefined;
}

export function TalkList({ desk, chatId }: TalkListProps): JSX.Element {
  const { list, glances, agents } = desk;
  useChanges(list, glances, agents);
  const [sought, setSought] = useState('');
  const [isCreating, setCreating] = useState(false);
  const [focused, setFocused] = useState<string>();
  const items = useRef<HTMLUListElement>(null);
  const attempt = useTry();
  const talks = list.talks.filter((talk) =>
    titleOf(desk, talk).toLowerCase().includes(sought.trim().toLowerCase()),
  );
  const stop = [focused, chatId].find((id) => talks.some((talk) => talk.id === id)) ?? talks[0]?.id;
  return (
    <nav class="talks" aria-label="Talks">
      <div class="talks-head">
        <h1>Talks</h1>
        <button type="button" class="button is-primary is-small" onClick={() => setCreating(true)}>
          <Icon name="plus" />
          New talk
        </button>
      </div>
      {list.talks.length > 5 && (
        <input
          type="search"
          class="talks-search"
          placeholder="Find a talk"
          aria-label="Find a talk"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      )}
      <ul class="talk-items" ref={items} onKeyDown={(event) => moveFocus(event, items.current, '.talk-item')}>
        {talks.map((talk) => (
          <TalkItem
            key={talk.id}
            desk={desk}
            talk={talk}
            isOpen={talk.id === chatId}
            isStop={talk.id === stop}
            onFocus={setFocused}
          />
        ))}
      </ul>
      {talks.length === 0 && <NoTalks isSearch={list.talks.length > 0} />}
      {list.hasMore && (
        <button type="button" class="button is-quiet" onClick={() => attempt(() => list.loadMore())}>
          Show older talks
        </button>
      )}
      {isCreating && <NewTalkDialog desk={desk} onClose={() => setCreating(false)} />}
    </nav>
  );
}

function NoTalks({ isSearch }: { isSearch: boolean }): JSX.Element {
  return (
    <p class="talks-empty">
      {isSearch
        ? 'No talk has such a name.'
        : 'You are in no talk yet. Start one, and its people see it at once.'}
    </p>
  );
}
