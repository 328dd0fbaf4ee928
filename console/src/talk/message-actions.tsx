import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Message } from 'talk-client';
import { ConfirmDialog } from '../dialogs/confirm-dialog.js';
import { Icon, type IconName } from '../parts/icon.js';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';
import { go } from '../state/hooks.js';
import { EmojiPicker } from './emoji-picker.js';

interface MessageActionsProps {
  desk: Desk;
  message: Message;
  isStop: boolean;
  opensThreads: boolean;
  onEdit: () => void;
}

/** What can be done with a message; there as soon as the pointer or the keyboard is on it. */
export function MessageActions(props: MessageActionsProps): JSX.Element {
  const { desk, message, isStop, opensThreads, onEdit } = props;
  const [isPicking, setPicking] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const react = useRef<HTMLButtonElement>(null);
  const attempt = useTry();
  const isMine = message.owner_id === desk.me.id;
  const isDeleted = message.tm_delete !== '';
  const reply = (): void => go({ chatId: message.chat_id, threadId: message.id });
  const add = (emoji: string): void => {
    setPicking(false);
    react.current?.focus();
    void attempt(() => desk.client.reactions.add(message.id, emoji));
  };
  const tabIndex = isStop ? 0 : -1;
  return (
    <>
      <div class={`message-actions ${isPicking ? 'is-open' : ''}`} role="group" aria-label="Actions">
        {!isDeleted && (
          <button
            ref={react}
            type="button"
            class="icon-button"
            aria-label="React"
            title="React"
            aria-expanded={isPicking}
            tabIndex={tabIndex}
            onClick={() => setPicking(true)}
          >
            <Icon name="smile" />
          </button>
        )}
        {opensThreads && <Action icon="reply" label="Reply in thread" tabIndex={tabIndex} onClick={reply} />}
        {isMine && !isDeleted && <Action icon="edit" label="Edit" tabIndex={tabIndex} onClick={onEdit} />}
        {isMine && !isDeleted && (
          <Action icon="trash" label="Delete" tabIndex={tabIndex} onClick={() => setDeleting(true)} />
        )}
      </div>
      {isPicking && react.current && (
        <EmojiPicker anchor={react.current} onPick={add} onClose={() => setPicking(false)} />
      )}
      {isDeleting && <DeleteDialog desk={desk} message={message} onClose={() => setDeleting(false)} />}
    </>
  );
}

interface DeleteDialogProps {
  desk: Desk;
  message: Message;
  onClose: () => void;
}

function DeleteDialog({ desk, message, onClose }: DeleteDialogProps): JSX.Element {
  return (
    <ConfirmDialog
      title="Delete this message?"
      text="Everyone in the talk sees that it was deleted, and nobody what it said."
      action="Delete"
      work={() => desk.client.messages.delete(message.id)}
      onClose={onClose}
    />
  );
}

interface ActionProps {
  icon: IconName;
  label: string;
  tabIndex: number;
  onClick: () => void;
}

function Action({ icon, label, tabIndex, onClick }: ActionProps): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      tabIndex={tabIndex}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
