import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.js';
import { useTry } from '../parts/notices.js';

interface ConfirmDialogProps {
  title: string;
  text: string;
  /** What the button that does it says. */
  action: string;
  work: () => Promise<unknown>;
  onClose: () => void;
}

export function ConfirmDialog({ title, text, action, work, onClose }: ConfirmDialogProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const attempt = useTry();
  const confirm = async (): Promise<void> => {
    setBusy(true);
    await attempt(work);
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="dialog-text">{text}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button is-grave" disabled={isBusy} onClick={() => void confirm()}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
