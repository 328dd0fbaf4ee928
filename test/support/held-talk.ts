import pg from 'pg';
import { eventually } from './eventually.js';
import type { TestDatabase } from './database.js';

/** A talk whose writes wait; each gives up after 2 s. */
export interface HeldTalk {
  /** Resolves once so many writes wait. */
  awaited(writes: number): Promise<void>;
  release(): Promise<void>;
}

/** Holds the lock that every write to the talk needs. */
export async function holdTalk(database: TestDatabase, { id }: { id: string }): Promise<HeldTalk> {
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('BEGIN');
  await client.query(`SELECT FROM streams WHERE kind = 'chat' AND id = $1 FOR UPDATE`, [id]);
  // On another connection: inside a transaction it is always the same moment's picture.
  const waiting = async (): Promise<number> => {
    const [row] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.count ?? 0;
  };
  return {
    awaited: async (writes) => void (await eventually(waiting, (count) => count >= writes)),
    release: async () => {
      await client.query('COMMIT');
      await client.end();
    },
  };
}
