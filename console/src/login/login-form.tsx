import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

interface LoginFormProps {
  isBusy: boolean;
  onLogin: (username: string, password: string) => void;
}

export function LoginForm({ isBusy, onLogin }: LoginFormProps): JSX.Element {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    onLogin(username, password);
  };
  return (
    <form class="login-form" onSubmit={submit}>
      <label class="field">
        <span>Username</span>
        <input
          name="username"
          autocomplete="username"
          autocapitalize="none"
          required
          value={username}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Password</span>
        <input
          name="password"
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button is-primary" disabled={isBusy}>
        {isBusy ? 'Logging in …' : 'Log in'}
      </button>
    </form>
  );
}
