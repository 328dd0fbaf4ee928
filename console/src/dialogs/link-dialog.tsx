import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.js';

interface Media {
  type: string;
  url: string;
  name?: string;
}

interface LinkDialogProps {
  onAdd: (media: Media) => void;
  onClose: () => void;
}

const TYPES: Record<string, string> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  txt: 'text/plain',
  csv: 'text/csv',
  zip: 'application/zip',
};

/** By its ending; most addresses are those of pages. */
const typeOf = (url: string): string =>
  TYPES[/\.(\w+)$/.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? ''] ?? 'text/html';

/** Takes the address of something that goes with a message. */
export function LinkDialog({ onAdd, onClose }: LinkDialogProps): JSX.Element {
  const [url, setUrl] = useState('');
  const [name, setName] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    onAdd({ type: typeOf(url), url, ...(name.trim() && { name: name.trim() }) });
    onClose();
  };
  return (
    <Dialog title="Add a link" onClose={onClose}>
      <form class="dialog-form" onSubmit={submit}>
        <label class="field">
          <span>Address</span>
          <input
            type="url"
            required
            pattern="https?://.+"
            maxLength={2048}
            placeholder="https://"
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>Name</span>
          <input maxLength={255} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <div class="dialog-buttons">
          <button type="submit" class="button is-primary">
            Add
          </button>
        </div>
      </form>
    </Dialog>
  );
}
