import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { TalkClient } from 'talk-client';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';
import { TALK_URL } from '../state/address.js';
import { explain } from '../state/explain.js';
import { ThemeSwitch } from '../top-bar.js';
import { readDemoLogins, type DemoLogins } from './demo-logins.js';
import { LoginForm } from './login-form.js';

interface LoginPageProps {
  /** Why the agent has to log in. */
  notice: string | undefined;
  onLogin: (token: string) => void;
}

export function LoginPage({ notice, onLogin }: LoginPageProps): JSX.Element {
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const demo = useDemoLogins();
  const login = async (username: string, password: string): Promise<void> => {
    setBusy(true);
    try {
      onLogin((await TalkClient.login({ url: TALK_URL, username, password })).token);
    } catch (error) {
      setFailure(explain(error));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <div class="login-theme">
        <ThemeSwitch />
      </div>
      <section class="login-card" aria-labelledby="login-title">
        <span class="login-logo">
          <Icon name="logo" />
        </span>
        <h1 id="login-title">Log in to Talk</h1>
        <p class="login-lead">Talks with your colleagues, as they happen.</p>
        <p class="login-notice" role="alert">
          {failure ?? notice}
        </p>
        <LoginForm isBusy={isBusy} onLogin={login} />
        {demo && demo.agents.length > 0 && (
          <DemoChoice demo={demo} isBusy={isBusy} onChoose={(name) => login(name, demo.password)} />
        )}
      </section>
    </main>
  );
}

function useDemoLogins(): DemoLogins | undefined {
  const [demo, setDemo] = useState<DemoLogins>();
  useEffect(() => void readDemoLogins().then(setDemo), []);
  return demo;
}

interface DemoChoiceProps {
  demo: DemoLogins;
  isBusy: boolean;
  onChoose: (username: string) => void;
}

function DemoChoice({ demo, isBusy, onChoose }: DemoChoiceProps): JSX.Element {
  return (
    <div class="demo" role="group" aria-label="Demo logins">
      <p class="demo-title">
        <span>or as an agent of the demo</span>
      </p>
      <div class="demo-agents">
        {demo.agents.map(({ username, name }) => (
          <button
            key={username}
            type="button"
            class="demo-agent"
            disabled={isBusy}
            onClick={() => onChoose(username)}
          >
            <Avatar id={username} name={name} />
            <span>{name}</span>
          </button>
        ))}
      </div>
      <p class="hint">Open a second window and log in as another agent to see a push.</p>
    </div>
  );
}
