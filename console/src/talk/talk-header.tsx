import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { TalkView } from 'talk-client';
import { ConfirmDialog } from '../dialogs/confirm-dialog.js';
import { PeopleDialog } from '../dialogs/people-dialog.js';
import { RenameDialog } from '../dialogs/rename-dialog.js';
import { Icon } from '../parts/icon.js';
import { useTry } from '../parts/notices.js';
import { titleOf, type Desk } from '../state/desk.js';
import { go, hrefOf, useChanges } from '../state/hooks.js';
import { TalkMenu } from './talk-menu.js';

interface TalkHeaderProps {
  desk: Desk;
  view: TalkView;
}

type Open = 'menu' | 'people' | 'rename' | 'leave';

export function TalkHeader({ desk, view }: TalkHeaderProps): JSX.Element {
  useChanges(desk.glances);
  const { talk, participants, ended } = view;
  const [open, setOpen] = useState<Open>();
  const more = useRef<HTMLButtonElement>(null);
  const title = titleOf(desk, talk);
  const names = participants.map(({ owner_id }) => desk.agents.nameOf(owner_id)).sort();
  const close = (): void => setOpen(undefined);
  return (
    <header class="talk-head">
      <a class="icon-button talk-back" href={hrefOf({})} aria-label="All talks">
        <Icon name="back" />
      </a>
      <div class="talk-names">
        <h2 title={title}>{title}</h2>
        <p>
          {talk.status === 'closed' && <span class="tag">Closed</span>}
          {talk.detail || names.join(', ')}
        </p>
      </div>
      {!ended && (
        <>
          <button
            type="button"
            class="button is-quiet"
            aria-label={`People, ${participants.length}`}
            onClick={() => setOpen('people')}
          >
            <Icon name="people" />
            {participants.length}
          </button>
          <button
            ref={more}
            type="button"
            class="icon-button"
            aria-label="More"
            title="More"
            aria-expanded={open === 'menu'}
            onClick={() => setOpen('menu')}
          >
            <Icon name="more" />
          </button>
        </>
      )}
      {open === 'menu' && more.current && (
        <TalkMenu desk={desk} talk={talk} anchor={more.current} onOpen={setOpen} onClose={close} />
      )}
      {open === 'people' && (
        <PeopleDialog desk={desk} view={view} onLeave={() => setOpen('leave')} onClose={close} />
      )}
      {open === 'rename' && <RenameDialog desk={desk} talk={talk} onClose={close} />}
      {open === 'leave' && <LeaveDialog desk={desk} view={view} onClose={close} />}
    </header>
  );
}

function LeaveDialog({ desk, view, onClose }: TalkHeaderProps & { onClose: () => void }): JSX.Element {
  const attempt = useTry();
  const mine = view.participants.find(({ owner_id }) => owner_id === desk.me.id);
  const leave = async (): Promise<void> => {
    const isGone = mine && (await attempt(() => desk.client.participants.remove(view.talk.id, mine.id)));
    if (isGone) go({});
  };
  return (
    <ConfirmDialog
      title="Leave this talk?"
      text="You can come back only when somebody adds you again."
      action="Leave"
      work={leave}
      onClose={onClose}
    />
  );
}
