import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../database/database.js';

/** Milliseconds between two rounds. */
const EVERY = 10 * 60_000;
const ROWS_AT_ONCE = 5_000;

/** Forgets idempotency keys a good day after their use. */
@Injectable()
export class IdempotencyCleaner implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    // Where the database is away, the next round does it.
    this.timer = setInterval(() => void this.clean().catch(() => undefined), EVERY).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async clean(): Promise<void> {
    await this.database.query(
      `DELETE FROM idempotency WHERE (agent_id, key) IN (
         SELECT agent_id, key FROM idempotency WHERE tm_create < now() - interval '25 hours'
         ORDER BY tm_create LIMIT ${ROWS_AT_ONCE} FOR UPDATE SKIP LOCKED
       )`,
    );
  }
}
