import { useEffect, useLayoutEffect, useReducer, useState } from 'preact/hooks';
import type { ClientState, TalkClient } from 'talk-client';
import type { Changing } from './changes.js';

/** Renders anew after every change. */
export function useChanges(...followed: (Changing | undefined)[]): void {
  const [, renderAgain] = useReducer<number, void>((count) => count + 1, 0);
  // Before anything else can happen, so that no change falls between.
  useLayoutEffect(() => {
    const stops = followed.map((each) => each?.on('change', () => renderAgain()));
    return () => stops.forEach((stop) => stop?.());
  }, followed);
}

export function useClientState(client: TalkClient): ClientState {
  const [state, setState] = useState(client.state);
  useLayoutEffect(() => client.on('state', setState), [client]);
  return state;
}

/** What the address names: a talk, and the message whose thread is open. */
export interface Route {
  chatId?: string;
  threadId?: string;
}

const readRoute = (): Route => {
  const [chatId, threadId] = location.hash.replace(/^#\/?/, '').split('/').filter(Boolean);
  return { ...(chatId && { chatId }), ...(threadId && { threadId }) };
};

export const hrefOf = ({ chatId, threadId }: Route): string =>
  `#/${[chatId, threadId].filter(Boolean).join('/')}`;

export function go(route: Route): void {
  location.hash = hrefOf(route);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = (): void => setRoute(readRoute());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
