import { dropDatabase, type Servers } from '../servers.js';
import type { Server } from './spawn.js';
import type { Running } from './system.js';

/** What is the same of every system that runs: its replicas, and how they end, together with their database. */
export const runningOn = (
  servers: Servers,
  databaseUrl: string,
  started: Server[],
): Pick<Running, 'urls' | 'pids' | 'stop'> => ({
  urls: started.map(({ url }) => url),
  pids: started.map(({ pid }) => pid),
  stop: async () => {
    await Promise.all(started.map((server) => server.stop()));
    await dropDatabase(servers, databaseUrl);
  },
});
