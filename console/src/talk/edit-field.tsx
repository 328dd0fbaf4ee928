import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Message } from 'talk-client';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';
import { TextField } from './text-field.js';

interface EditFieldProps {
  desk: Desk;
  message: Message;
  onClose: () => void;
}

export function EditField({ desk, message, onClose }: EditFieldProps): JSX.Element {
  const [text, setText] = useState(message.text);
  const attempt = useTry();
  const isSendable = text.trim() !== '' || message.medias.length > 0;
  const save = async (): Promise<void> => {
    if (!isSendable) return;
    const isSaved =
      text === message.text || (await attempt(() => desk.client.messages.update(message.id, { text })));
    if (isSaved) onClose();
  };
  return (
    <div class="edit-field">
      <TextField
        label="Edit message"
        placeholder=""
        value={text}
        isFocused
        onInput={setText}
        onEnter={() => void save()}
        onEscape={onClose}
      />
      <div class="edit-buttons">
        <button type="button" class="button is-small" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="button is-primary is-small"
          disabled={!isSendable}
          onClick={() => void save()}
        >
          Save
        </button>
      </div>
    </div>
  );
}
