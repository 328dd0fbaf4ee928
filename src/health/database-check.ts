import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { readSchemaState } from '../database/schema-state.js';
import type { Readiness } from './health.presenter.js';

/** Milliseconds after which a database that does not answer counts as away. */
const LIMIT = 900;

type DatabaseHealth = Pick<Readiness, 'database' | 'schema'>;

const AWAY: DatabaseHealth = { database: 'away', schema: 'unknown' };

/** Asks the database how it is, over the pool that everything else uses. */
@Injectable()
export class DatabaseCheck {
  private asking: Promise<DatabaseHealth> | undefined;

  constructor(private readonly database: Database) {}

  /**
   * Never throws, and waits 0.9 s at most. All who ask at once share one statement; while it hangs the
   * later ones wait for the same, so that a frozen database costs no more than one connection.
   */
  async run(): Promise<DatabaseHealth> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    const limit = new AbortController();
    const health = await Promise.race([this.asking, sleep(LIMIT, AWAY, limit).catch(() => AWAY)]);
    limit.abort();
    return health;
  }

  private ask(): Promise<DatabaseHealth> {
    return readSchemaState(this.database).then(
      (schema) => ({ database: 'up', schema }),
      () => AWAY,
    );
  }
}
