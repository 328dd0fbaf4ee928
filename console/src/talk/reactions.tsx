import type { JSX } from 'preact';
import type { Message } from 'talk-client';
import { useTry } from '../parts/notices.js';
import type { Desk } from '../state/desk.js';
import { emojiKey, emojiName, shownEmoji } from './emoji.js';

interface ReactionsProps {
  desk: Desk;
  message: Message;
  isWritable: boolean;
  isStop: boolean;
}

interface Group {
  emoji: string;
  agentIds: string[];
  /** My own as I sent it. */
  mine: string | undefined;
}

/** Each emoji once, with how many agents reacted so; a click adds my own, or takes it away. */
export function Reactions({ desk, message, isWritable, isStop }: ReactionsProps): JSX.Element | null {
  const attempt = useTry();
  const groups = groupsOf(message, desk.me.id);
  if (groups.length === 0) return null;
  const toggle = ({ emoji, mine }: Group): Promise<boolean> =>
    attempt(() =>
      mine === undefined
        ? desk.client.reactions.add(message.id, emoji)
        : desk.client.reactions.remove(message.id, mine),
    );
  return (
    <ul class="reactions" aria-label="Reactions">
      {groups.map((group) => (
        <li key={emojiKey(group.emoji)}>
          <button
            type="button"
            class="reaction"
            aria-pressed={group.mine !== undefined}
            aria-label={`${emojiName(group.emoji)}, ${group.agentIds.length}`}
            title={group.agentIds.map((id) => desk.agents.nameOf(id)).join(', ')}
            disabled={!isWritable}
            tabIndex={isStop ? 0 : -1}
            onClick={() => toggle(group)}
          >
            <span class="emoji">{shownEmoji(group.emoji)}</span>
            {group.agentIds.length}
          </button>
        </li>
      ))}
    </ul>
  );
}

function groupsOf({ metadata }: Message, meId: string): Group[] {
  const groups = new Map<string, Group>();
  for (const { emoji, owner_id } of metadata.reactions) {
    const key = emojiKey(emoji);
    const group = groups.get(key) ?? { emoji, agentIds: [], mine: undefined };
    if (!group.agentIds.includes(owner_id)) group.agentIds.push(owner_id);
    if (owner_id === meId) group.mine = emoji;
    groups.set(key, group);
  }
  return [...groups.values()];
}
