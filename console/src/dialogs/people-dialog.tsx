import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Participant, TalkView } from 'talk-client';
import { Avatar } from '../parts/avatar.js';
import { Dialog } from '../parts/dialog.js';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';
import { useChanges } from '../state/hooks.js';
import { AgentChoice, toggled } from './agent-choice.js';

interface PeopleDialogProps {
  desk: Desk;
  view: TalkView;
  onLeave: () => void;
  onClose: () => void;
}

/** Who is in a talk; adds and removes them. */
export function PeopleDialog(props: PeopleDialogProps): JSX.Element {
  const { desk, view, onClose } = props;
  useChanges(view, desk.agents);
  const { talk, participants } = view;
  const isFull = talk.type === 'normal' && participants.length > 1;
  return (
    <Dialog title="People" onClose={onClose}>
      <ul class="people">
        {participants.map((participant) => (
          <Person key={participant.id} {...props} participant={participant} />
        ))}
      </ul>
      {talk.status === 'closed' && <p class="hint">This talk is closed. Reopen it to add people.</p>}
      {talk.status === 'active' &&
        (isFull ? (
          <p class="hint">A one-to-one talk holds two people.</p>
        ) : (
          <AddPeople desk={desk} view={view} />
        ))}
    </Dialog>
  );
}

function Person({
  desk,
  view,
  participant,
  onLeave,
}: PeopleDialogProps & { participant: Participant }): JSX.Element {
  const attempt = useTry();
  const { id, owner_id } = participant;
  const name = desk.agents.nameOf(owner_id);
  const isMe = owner_id === desk.me.id;
  const remove = (): void => void attempt(() => desk.client.participants.remove(view.talk.id, id));
  return (
    <li class="person">
      <Avatar id={owner_id} name={name} size="small" />
      <span class="agent-name">{name}</span>
      {isMe && <span class="tag">You</span>}
      {owner_id === view.talk.owner_id && <span class="tag">Started it</span>}
      {isMe ? (
        <button type="button" class="button is-small is-quiet" onClick={onLeave}>
          Leave
        </button>
      ) : (
        view.talk.status === 'active' && (
          <button
            type="button"
            class="button is-small is-quiet"
            aria-label={`Remove ${name}`}
            onClick={remove}
          >
            Remove
          </button>
        )
      )}
    </li>
  );
}

function AddPeople({ desk, view }: Pick<PeopleDialogProps, 'desk' | 'view'>): JSX.Element {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const attempt = useTry();
  const members = new Set(view.participants.map(({ owner_id }) => owner_id));
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    for (const id of chosen) {
      if (!(await attempt(() => desk.client.participants.add(view.talk.id, id)))) return;
      setChosen((now) => toggled(now, id));
    }
  };
  return (
    <form class="dialog-form" onSubmit={(event) => void add(event)}>
      <AgentChoice
        agents={desk.agents.active.filter(({ id }) => !members.has(id))}
        chosen={chosen}
        onToggle={(id) => setChosen(toggled(chosen, id))}
      />
      <div class="dialog-buttons">
        <button type="submit" class="button is-primary" disabled={chosen.size === 0}>
          Add
        </button>
      </div>
    </form>
  );
}
