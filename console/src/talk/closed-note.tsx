import type { JSX } from 'preact';
import type { Talk, TalkView } from 'talk-client';
import { Icon } from '../parts/icon.js';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';

interface ClosedNoteProps {
  desk: Desk;
  talk: Talk;
  ended: TalkView['ended'];
}

const ENDED = { left: 'You are in this talk no more.', deleted: 'This talk was deleted.' };

/** In the place of the field to write in: why there is none. */
export function ClosedNote({ desk, talk, ended }: ClosedNoteProps): JSX.Element {
  const attempt = useTry();
  return (
    <div class="closed-note" role="status">
      <Icon name="lock" />
      <span>{ended ? ENDED[ended] : 'This talk is closed. It can be read, not written to.'}</span>
      {!ended && (
        <button type="button" class="button" onClick={() => attempt(() => desk.client.talks.reopen(talk.id))}>
          Reopen
        </button>
      )}
    </div>
  );
}
