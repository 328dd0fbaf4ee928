import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Agent, ClientState, TalkClient } from 'talk-client';
import { Avatar } from './parts/avatar.js';
import { Icon } from './parts/icon.js';
import { useClientState } from './state/hooks.js';
import { chooseTheme, currentTheme, onSystemTheme } from './state/theme.js';

const STATES: Record<ClientState, string> = {
  connecting: 'Connecting …',
  live: 'Live',
  recovering: 'Reconnecting …',
  offline: 'Offline',
};

interface TopBarProps {
  client: TalkClient;
  me: Agent | undefined;
  onLogout: () => void;
}

/** Always there: whether what the page shows is live, and who is looking. */
export function TopBar({ client, me, onLogout }: TopBarProps): JSX.Element {
  return (
    <header class="top-bar">
      <a class="brand" href="#/" aria-label="Talk, all talks">
        <Icon name="logo" />
        <span>Talk</span>
      </a>
      <ConnectionState client={client} />
      <div class="top-bar-end">
        <ThemeSwitch />
        {me && (
          <span class="me" title={me.name || me.username}>
            <Avatar id={me.id} name={me.name || me.username} size="small" />
            <span class="me-name">{me.name || me.username}</span>
          </span>
        )}
        <button type="button" class="icon-button" onClick={onLogout} aria-label="Log out" title="Log out">
          <Icon name="logout" />
        </button>
      </div>
    </header>
  );
}

function ConnectionState({ client }: { client: TalkClient }): JSX.Element {
  const state = useClientState(client);
  return (
    <p class={`connection is-${state}`} role="status" aria-live="polite">
      <span class="connection-dot" aria-hidden="true" />
      {STATES[state]}
    </p>
  );
}

export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(currentTheme);
  useEffect(() => onSystemTheme(() => setTheme(currentTheme())), []);
  const other = theme === 'dark' ? 'light' : 'dark';
  const change = (): void => {
    chooseTheme(other);
    setTheme(other);
  };
  return (
    <button
      type="button"
      class="icon-button"
      onClick={change}
      aria-label={`Use ${other} colours`}
      title={`Use ${other} colours`}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}
