import type { JSX } from 'preact';
import type { Message, Talk } from 'talk-client';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';
import { dateOf, shortTime } from '../state/times.js';
import { titleOf, type Desk } from '../state/desk.js';
import { hrefOf } from '../state/hooks.js';

interface TalkItemProps {
  desk: Desk;
  talk: Talk;
  isOpen: boolean;
  /** Whether the Tab key stops here. */
  isStop: boolean;
  onFocus: (id: string) => void;
}

export function TalkItem({ desk, talk, isOpen, isStop, onFocus }: TalkItemProps): JSX.Element {
  const { id, status } = talk;
  const title = titleOf(desk, talk);
  const last = desk.glances.lastOf(id);
  const unread = desk.glances.unreadOf(id);
  return (
    <li>
      <a
        class={`talk-item ${unread > 0 ? 'is-unread' : ''}`}
        href={hrefOf({ chatId: id })}
        aria-current={isOpen ? 'page' : undefined}
        tabIndex={isStop ? 0 : -1}
        onFocus={() => onFocus(id)}
      >
        <Avatar id={id} name={title} />
        <span class="talk-item-title">{title}</span>
        <time class="talk-item-time">{shortTime(dateOf(last?.tm_create ?? talk.tm_create))}</time>
        <span class="talk-item-line">
          <span class="talk-item-last">{last ? previewOf(desk, last) : 'Nothing said yet'}</span>
          <Marks isClosed={status === 'closed'} unread={unread} />
        </span>
      </a>
    </li>
  );
}

function Marks({ isClosed, unread }: { isClosed: boolean; unread: number }): JSX.Element {
  return (
    <span class="talk-item-marks">
      {isClosed && (
        <span class="talk-item-closed" title="Closed">
          <Icon name="lock" />
          <span class="for-readers">Closed</span>
        </span>
      )}
      {unread > 0 && (
        <span class="badge">
          {unread}
          <span class="for-readers"> unread</span>
        </span>
      )}
    </span>
  );
}

function previewOf({ agents, me }: Desk, { type, text, owner_id, medias, tm_delete }: Message): string {
  if (type === 'system') return text;
  const author = owner_id === me.id ? 'You' : agents.nameOf(owner_id);
  const media = medias[0];
  const what = tm_delete ? 'deleted a message' : text.slice(0, 200) || media?.name || media?.url || 'a link';
  return tm_delete ? `${author} ${what}` : `${author}: ${what}`;
}
