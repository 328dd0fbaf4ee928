import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

const STORED = '(SELECT value::text FROM epoch)';

// A restored or failed-over server differs in these even where nobody changed the stored value.
const SERVER = `(SELECT system_identifier FROM pg_control_system()) || left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

/**
 * Names the history that the database holds: where it differs from before, every seq that anyone
 * remembers may mean another event.
 */
@Injectable()
export class Epoch {
  private readable: Promise<boolean> | undefined;

  constructor(private readonly database: Database) {}

  /** SQL that yields the epoch as text; it takes in the server's identity where our role may read it. */
  async expression(): Promise<string> {
    this.readable ??= this.canReadServer().catch((error: unknown) => {
      this.readable = undefined;
      throw error;
    });
    return (await this.readable) ? `md5(${STORED} || ${SERVER})` : `md5(${STORED})`;
  }

  private async canReadServer(): Promise<boolean> {
    const [row] = await this.database.query<{ allowed: boolean }>(
      `SELECT has_function_privilege('pg_control_system()', 'execute')
          AND has_function_privilege('pg_walfile_name(pg_lsn)', 'execute')
          AND has_function_privilege('pg_current_wal_lsn()', 'execute') AS allowed`,
    );
    return row?.allowed ?? false;
  }
}
