import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Chore } from '../ops/chore.js';

/** Milliseconds between two rounds. */
const EVERY = 10 * 60_000;
const ROWS_AT_ONCE = 5_000;

const CLEAN = `
  DELETE FROM idempotency WHERE (agent_id, key) IN (
    SELECT agent_id, key FROM idempotency WHERE tm_create < now() - interval '25 hours'
    ORDER BY tm_create LIMIT ${ROWS_AT_ONCE} FOR UPDATE SKIP LOCKED
  )
  RETURNING 1`;

/** Forgets idempotency keys a good day after their use. */
@Injectable()
export class IdempotencyCleaner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly chore = new Chore('Forgetting idempotency keys', EVERY, () => this.clean());

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.chore.start();
  }

  onApplicationShutdown(): void {
    this.chore.stop();
  }

  private async clean(): Promise<boolean> {
    const deleted = await this.database.transaction((transaction) => transaction.query(CLEAN));
    return deleted.length === ROWS_AT_ONCE;
  }
}
