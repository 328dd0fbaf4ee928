import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.js';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';
import { go, useChanges } from '../state/hooks.js';
import { AgentChoice, toggled } from './agent-choice.js';

interface NewTalkDialogProps {
  desk: Desk;
  onClose: () => void;
}

export function NewTalkDialog({ desk, onClose }: NewTalkDialogProps): JSX.Element {
  const { agents, client, me } = desk;
  useChanges(agents);
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isBusy, setBusy] = useState(false);
  const attempt = useTry();
  const create = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const isCreated = await attempt(async () => {
      const talk = await client.talks.create({ name: name.trim(), participant_ids: [...chosen] });
      go({ chatId: talk.id });
    });
    setBusy(false);
    if (isCreated) onClose();
  };
  return (
    <Dialog title="New talk" onClose={onClose}>
      <form class="dialog-form" onSubmit={(event) => void create(event)}>
        <label class="field">
          <span>Name</span>
          <input
            maxLength={255}
            placeholder="What it is about"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <AgentChoice
          agents={agents.active.filter(({ id }) => id !== me.id)}
          chosen={chosen}
          onToggle={(id) => setChosen(toggled(chosen, id))}
        />
        <p class="hint">{KINDS[Math.min(chosen.size, 2)]}</p>
        <div class="dialog-buttons">
          <button type="submit" class="button is-primary" disabled={isBusy}>
            Start talk
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const KINDS = [
  'With nobody else yet: one more person can be added.',
  'A one-to-one talk.',
  'A group: more people can be added.',
];
