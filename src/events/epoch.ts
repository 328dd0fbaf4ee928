import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';

const STORED = '(SELECT value::text FROM epoch)';

// A dump brings the stored value along, but is restored into tables, or a database, made anew.
const TABLES = `(SELECT oid FROM pg_database WHERE datname = current_database()) || ':' || 'events'::regclass::oid`;

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
  async expression(stored = STORED): Promise<string> {
    this.readable ??= this.canReadServer().catch((error: unknown) => {
      this.readable = undefined;
      throw error;
    });
    const server = (await this.readable) ? ` || ${SERVER}` : '';
    return `md5(${stored} || ${TABLES}${server})`;
  }

  /**
   * Makes the epoch another one, for good and for every replica, unless it is no longer `known`: of
   * several who notice another history at once, one renews.
   * @returns the epoch after that
   */
  async renew(known?: string): Promise<string> {
    // By the row's own column: whoever waited for the row would compare a subquery's older value.
    const stored = await this.expression('value::text');
    const current = await this.expression();
    return this.database.transaction(async (transaction) => {
      await transaction.query(
        `UPDATE epoch SET value = gen_random_uuid() WHERE $1::text IS NULL OR ${stored} = $1`,
        [known ?? null],
      );
      const [row] = await transaction.query<{ epoch: string }>(`SELECT ${current} AS epoch`);
      return row?.epoch ?? '';
    });
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
