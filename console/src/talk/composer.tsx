import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { NewMessage } from 'talk-client';
import { LinkDialog } from '../dialogs/link-dialog.js';
import { Icon } from '../parts/icon.js';
import type { Desk } from '../state/desk.js';
import { TextField } from './text-field.js';

/** Code points that a message may have. */
const LIMIT = 10_000;
/** From here on it is told how many are left. */
const NEAR_LIMIT = 9_000;

/** What was begun and not sent, by talk and thread, for as long as the page is open. */
const drafts = new Map<string, string>();

interface ComposerProps {
  desk: Desk;
  chatId: string;
  parentId?: string;
  label: string;
}

export function Composer({ desk, chatId, parentId, label }: ComposerProps): JSX.Element {
  const draft = parentId ?? chatId;
  const [text, setText] = useState(drafts.get(draft) ?? '');
  const [medias, setMedias] = useState<NonNullable<NewMessage['medias']>>([]);
  const [isLinking, setLinking] = useState(false);
  const length = [...text].length;
  const isSendable = (text.trim() !== '' || medias.length > 0) && length <= LIMIT;
  const write = (fresh: string): void => {
    drafts.set(draft, fresh);
    setText(fresh);
  };
  const send = (): void => {
    if (!isSendable) return;
    const more = { ...(parentId && { parent_id: parentId }), ...(medias.length > 0 && { medias }) };
    desk.outbox.send({ chat_id: chatId, text: text.trim(), ...more });
    write('');
    setMedias([]);
  };
  return (
    <>
      <form class="composer" aria-label={label} onSubmit={(event) => (event.preventDefault(), send())}>
        <Attached medias={medias} onRemove={(gone) => setMedias(medias.filter((media) => media !== gone))} />
        <div class="composer-box">
          <button
            type="button"
            class="icon-button"
            aria-label="Add a link"
            title="Add a link"
            onClick={() => setLinking(true)}
          >
            <Icon name="link" />
          </button>
          <TextField
            label={label}
            placeholder={parentId ? 'Reply …' : 'Write a message …'}
            value={text}
            isFocused={matchMedia('(hover: hover)').matches}
            onInput={write}
            onEnter={send}
          />
          <button
            type="submit"
            class="send-button"
            disabled={!isSendable}
            aria-label="Send"
            title="Send (Enter)"
          >
            <Icon name="send" />
          </button>
        </div>
        {length > NEAR_LIMIT && <LengthNote length={length} />}
      </form>
      {isLinking && (
        <LinkDialog onAdd={(media) => setMedias([...medias, media])} onClose={() => setLinking(false)} />
      )}
    </>
  );
}

function LengthNote({ length }: { length: number }): JSX.Element {
  const left = LIMIT - length;
  return (
    <p class={`length-note ${left < 0 ? 'is-over' : ''}`} role="status">
      {left < 0 ? `${-left} characters too many` : `${left} characters left`}
    </p>
  );
}

type Media = NonNullable<NewMessage['medias']>[number];

function Attached({
  medias,
  onRemove,
}: {
  medias: Media[];
  onRemove: (media: Media) => void;
}): JSX.Element | null {
  if (medias.length === 0) return null;
  return (
    <ul class="attached">
      {medias.map((media) => (
        <li key={media.url} class="attached-media">
          <Icon name="link" />
          <span>{media.name || media.url}</span>
          <button
            type="button"
            class="icon-button"
            aria-label="Remove the link"
            onClick={() => onRemove(media)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
