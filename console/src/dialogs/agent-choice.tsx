import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Agent } from 'talk-client';
import { Avatar } from '../parts/avatar.js';

interface AgentChoiceProps {
  agents: Agent[];
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
}

/** Agents to tick, found by their names. */
export function AgentChoice({ agents, chosen, onToggle }: AgentChoiceProps): JSX.Element {
  const [sought, setSought] = useState('');
  const found = agents.filter(({ name, username }) =>
    `${name} ${username}`.toLowerCase().includes(sought.trim().toLowerCase()),
  );
  return (
    <fieldset class="agent-choice">
      <legend>People</legend>
      {agents.length > 5 && (
        <input
          type="search"
          aria-label="Find an agent"
          placeholder="Find an agent"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      )}
      <div class="agent-options">
        {found.map(({ id, name, username }) => (
          <label key={id} class="agent-option">
            <input type="checkbox" checked={chosen.has(id)} onChange={() => onToggle(id)} />
            <Avatar id={id} name={name || username} size="small" />
            <span class="agent-name">{name || username || 'Unnamed agent'}</span>
            {name && username && <span class="agent-username">{username}</span>}
          </label>
        ))}
        {found.length === 0 && <p class="hint">Nobody to choose.</p>}
      </div>
    </fieldset>
  );
}

/** A set that one more is in, or one less. */
export function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
