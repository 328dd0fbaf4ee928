import type { Writable } from 'node:stream';
import type pg from 'pg';

/** Runs SQL: alone on any connection (`Database`) or inside one transaction. */
export interface Queryable {
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
}

/** One transaction. */
export interface Transaction extends Queryable {
  /**
   * Sends a statement that nobody has to wait for: it travels with the next ones, and where it fails
   * the transaction does.
   */
  send(sql: string, values: unknown[]): void;
}

const names = new Map<string, string>();

/**
 * A statement that PostgreSQL parses once on each connection, under a name of its own.
 * There are only so many texts: whatever differs from call to call is in the values.
 */
export function prepared(text: string, values: unknown[] = []): pg.QueryConfig {
  const name = names.get(text) ?? `talk_${names.size}`;
  names.set(text, name);
  return { name, text, values };
}

/** The statements of one transaction on its connection. */
export class Statements implements Transaction {
  /** The first statement that failed did so with this. */
  failure: Error | undefined;
  private readonly sent: Promise<unknown>[] = [];
  private corked = false;

  constructor(private readonly client: pg.PoolClient) {}

  async query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    const { rows } = await this.run<Row>(prepared(sql, values));
    return rows;
  }

  send(sql: string, values?: unknown[]): void {
    const sent = this.run(values ? prepared(sql, values) : sql);
    sent.catch(() => undefined);
    this.sent.push(sent);
  }

  /** Resolves when all of it is durable. */
  async commit(): Promise<void> {
    const commit = this.run('COMMIT');
    await Promise.all([...this.sent, commit]);
    if ((await commit).command !== 'COMMIT')
      throw new Error('The transaction was rolled back at its commit.');
  }

  private run<Row extends object>(statement: string | pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    this.inOneWrite();
    const result = this.client.query<Row>(statement as string);
    result.catch((error: Error) => (this.failure ??= error));
    return result;
  }

  /** What is sent in one tick leaves in one write: to the system, each costs more than a statement does to us. */
  private inOneWrite(): void {
    if (this.corked) return;
    const { stream } = (this.client as unknown as { connection: { stream: Writable } }).connection;
    this.corked = true;
    stream.cork();
    process.nextTick(() => {
      this.corked = false;
      stream.uncork();
    });
  }
}
