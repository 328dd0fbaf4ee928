import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Popover } from '../parts/popover.js';
import { EMOJI } from './emoji.js';

interface EmojiPickerProps {
  anchor: HTMLElement;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

const COLUMNS = 6;
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

/** The common emoji, and a field for any other one. */
export function EmojiPicker({ anchor, onPick, onClose }: EmojiPickerProps): JSX.Element {
  return (
    <Popover anchor={anchor} label="Choose a reaction" class="emoji-picker" onClose={onClose}>
      <div class="emoji-grid" onKeyDown={moveInGrid}>
        {EMOJI.map(([emoji, code, name], index) => (
          <button
            key={code}
            type="button"
            class="emoji-choice"
            aria-label={name}
            title={name}
            tabIndex={index === 0 ? 0 : -1}
            onClick={() => onPick(emoji)}
          >
            {emoji}
          </button>
        ))}
      </div>
      <OtherEmoji onPick={onPick} />
    </Popover>
  );
}

function moveInGrid(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const current = event.target as HTMLElement;
  const all = [...(current.parentElement?.children ?? [])] as HTMLElement[];
  const next = step && all[all.indexOf(current) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function OtherEmoji({ onPick }: Pick<EmojiPickerProps, 'onPick'>): JSX.Element {
  const [text, setText] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim()) onPick(text.trim());
  };
  return (
    <form class="emoji-other" onSubmit={submit}>
      <input
        aria-label="Another emoji, or its shortcode"
        placeholder="Another, or :shortcode:"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button is-small" disabled={!text.trim()}>
        Add
      </button>
    </form>
  );
}
