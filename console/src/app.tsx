import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { TalkClient } from 'talk-client';
import { DeskPage } from './desk-page.js';
import { LoginPage } from './login/login-page.js';
import { Notices } from './parts/notices.js';
import { connectClient, openDesk, type Desk } from './state/desk.js';
import { explain, LOGIN_ENDED } from './state/explain.js';
import { keepToken, readToken } from './state/session.js';
import { TopBar } from './top-bar.js';

/** The login, and then the talks, until the token ends or the agent logs out. */
export function App(): JSX.Element {
  const [token, setToken] = useState(readToken);
  const [notice, setNotice] = useState<string>();
  const end = useCallback((why?: string) => {
    keepToken(undefined);
    setNotice(why);
    setToken(undefined);
  }, []);
  const begin = useCallback((fresh: string) => {
    keepToken(fresh);
    setToken(fresh);
  }, []);
  return (
    <Notices>
      {token === undefined ? (
        <LoginPage notice={notice} onLogin={begin} />
      ) : (
        <Session key={token} token={token} onEnd={end} />
      )}
    </Notices>
  );
}

function Session({ token, onEnd }: { token: string; onEnd: (why?: string) => void }): JSX.Element {
  const client = useMemo(() => connectClient(token), [token]);
  const desk = useDesk(client, onEnd);
  return (
    <div class="app">
      <TopBar client={client} me={desk?.me} onLogout={() => onEnd()} />
      {desk ? <DeskPage desk={desk} /> : <main class="waiting" aria-busy="true" aria-label="Connecting" />}
    </div>
  );
}

function useDesk(client: TalkClient, onEnd: (why?: string) => void): Desk | undefined {
  const [desk, setDesk] = useState<Desk>();
  useEffect(() => {
    let isGone = false;
    const stop = client.on('unauthorized', () => onEnd(LOGIN_ENDED));
    openDesk(client).then(
      (opened) => (isGone ? opened.close() : setDesk(opened)),
      (error: unknown) => !isGone && onEnd(explain(error)),
    );
    return () => {
      isGone = true;
      stop();
      client.close();
    };
  }, [client]);
  return desk;
}
