import type { JSX } from 'preact';
import type { Talk } from 'talk-client';
import { useTry } from '../parts/notices.js';
import { Popover } from '../parts/popover.js';
import type { Desk } from '../state/desk.js';

interface TalkMenuProps {
  desk: Desk;
  talk: Talk;
  anchor: HTMLElement;
  onOpen: (what: 'rename' | 'leave') => void;
  onClose: () => void;
}

export function TalkMenu({ desk, talk, anchor, onOpen, onClose }: TalkMenuProps): JSX.Element {
  const attempt = useTry();
  const { talks } = desk.client;
  const isOpen = talk.status === 'active';
  const switchStatus = (): void => {
    onClose();
    void attempt(() => (isOpen ? talks.close(talk.id) : talks.reopen(talk.id)));
  };
  return (
    <Popover anchor={anchor} label="What to do with this talk" class="menu" onClose={onClose}>
      {isOpen && (
        <button type="button" class="menu-item" onClick={() => onOpen('rename')}>
          Rename
        </button>
      )}
      <button type="button" class="menu-item" onClick={switchStatus}>
        {isOpen ? 'Close talk' : 'Reopen talk'}
      </button>
      <button type="button" class="menu-item is-grave" onClick={() => onOpen('leave')}>
        Leave talk
      </button>
    </Popover>
  );
}
