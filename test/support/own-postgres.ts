import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../src/embedded/postgres-server.js';
import type { TestDatabase } from './database.js';

/** A PostgreSQL of one test's own, which may be harmed. */
export interface OwnPostgres extends Pick<TestDatabase, 'url' | 'query'> {
  /** Has it do nothing more, as on a machine that hangs: connections stay open, and nobody answers. */
  freeze(): Promise<void>;
  thaw(): void;
  stop(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'talk-postgres-'));
  const dataDir = join(folder, 'data');
  const server = await startPostgres({ dataDir, password: 'test', settings: ['fsync=off'] });
  let frozen: number[] = [];
  const thaw = (): void => {
    for (const pid of frozen.splice(0)) signal(pid, 'SIGCONT');
  };
  return {
    url: server.url,
    query: async (sql, values) => {
      const client = new pg.Client(server.url);
      await client.connect();
      return (await client.query(sql, values).finally(() => client.end())).rows as never;
    },
    freeze: async () => {
      const admin = new pg.Client(server.url);
      admin.on('error', () => undefined);
      await admin.connect();
      // The parent first, so that no new process escapes.
      const [parent] = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n');
      signal(Number(parent), 'SIGSTOP');
      const { rows } = await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
      frozen = [Number(parent), ...rows.map(({ pid }) => pid)];
      for (const pid of frozen) signal(pid, 'SIGSTOP');
      void admin.end().catch(() => undefined);
    },
    thaw,
    stop: async () => {
      thaw();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Some of them may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
