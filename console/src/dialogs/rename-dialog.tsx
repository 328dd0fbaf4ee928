import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Talk } from 'talk-client';
import { Dialog } from '../parts/dialog.js';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';

interface RenameDialogProps {
  desk: Desk;
  talk: Talk;
  onClose: () => void;
}

export function RenameDialog({ desk, talk, onClose }: RenameDialogProps): JSX.Element {
  const [name, setName] = useState(talk.name);
  const [detail, setDetail] = useState(talk.detail);
  const attempt = useTry();
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await attempt(() => desk.client.talks.update(talk.id, { name: name.trim(), detail }))) onClose();
  };
  return (
    <Dialog title="Rename this talk" onClose={onClose}>
      <form class="dialog-form" onSubmit={(event) => void save(event)}>
        <label class="field">
          <span>Name</span>
          <input maxLength={255} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>What it is about</span>
          <input maxLength={4000} value={detail} onInput={(event) => setDetail(event.currentTarget.value)} />
        </label>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button is-primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
