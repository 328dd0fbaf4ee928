/** What a browser tells of its network; elsewhere it is always there. */
interface Page {
  navigator?: { onLine?: boolean };
  addEventListener?: (name: string, listener: () => void) => void;
  removeEventListener?: (name: string, listener: () => void) => void;
}

const page = globalThis as Page;

export const hasNetwork = (): boolean => page.navigator?.onLine !== false;

/** Calls back when the network comes or goes, until what this returns is called. */
export function onNetworkChange(listener: () => void): () => void {
  const names = ['online', 'offline'];
  for (const name of names) page.addEventListener?.(name, listener);
  return () => {
    for (const name of names) page.removeEventListener?.(name, listener);
  };
}
