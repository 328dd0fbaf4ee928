import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { DatabaseLimits, DatabaseSettings } from '../config/database-settings.js';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { prepared, Statements, type Queryable, type Transaction } from './statements.js';
import { parsePostgresTime } from './timestamp.js';
import { asDomainError, isConnectionLost } from './unavailable.js';

/**
 * The server's settings are made in each transaction, since a PgBouncer hands sessions around. What a
 * transaction writes is found by its keys, however much it is: to plan it anew would take half its time.
 */
const beginWithin = ({ lock, idle, statement }: DatabaseLimits): string =>
  [
    'BEGIN ISOLATION LEVEL READ COMMITTED',
    `SET LOCAL lock_timeout = ${lock}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${idle}`,
    `SET LOCAL statement_timeout = ${statement}`,
    'SET LOCAL synchronous_commit = on',
    'SET LOCAL plan_cache_mode = force_generic_plan',
  ].join('; ');

const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** Rows come with bigint as number (a `seq` stays far below 2^53) and timestamptz in wire form. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format): (text: string) => unknown {
    if (oid === INT8) return Number;
    if (oid === TIMESTAMPTZ) return parsePostgresTime;
    return pg.types.getTypeParser(oid, format) as (text: string) => unknown;
  },
};

/** The only way to PostgreSQL while Talk serves: a bounded pool, every wait with a limit. */
@Injectable()
export class Database implements Queryable, OnApplicationShutdown {
  private readonly pool: pg.Pool;
  private readonly begin: string;

  constructor(@Inject(Settings) { databaseUrl, databasePool, databaseLimits }: DatabaseSettings) {
    this.begin = beginWithin(databaseLimits);
    this.pool = new pg.Pool({
      connectionString: databaseUrl,
      max: databasePool,
      application_name: 'talk',
      connectionTimeoutMillis: databaseLimits.connect,
      query_timeout: databaseLimits.answer,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      pipeline: true,
      types,
    });
    // An idle connection that dies is replaced at the next use; unheard, its error would end the process.
    this.pool.on('error', () => undefined);
  }

  /** Connections now, those of them idle, and calls that wait for one. */
  get connections(): { total: number; idle: number; waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.pool;
    return { total, idle, waiting };
  }

  /**
   * One statement on its own, for reading.
   * @throws DomainError `unavailable` when PostgreSQL is away or too slow
   */
  async query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    try {
      const result = await this.pool.query<Row>(prepared(sql, values));
      return result.rows;
    } catch (error) {
      throw asDomainError(error);
    }
  }

  /**
   * Runs `work` in one READ COMMITTED transaction, durable once this resolves. Queries that `work`
   * sends without waiting in between travel together.
   * @throws DomainError `unavailable`, also when it cannot be known whether the commit took effect
   */
  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw asDomainError(error);
    });
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    const statements = new Statements(client);
    try {
      statements.send(this.begin);
      const result = await work(statements);
      await statements.commit();
      return result;
    } catch (thrown) {
      // Behind a statement that failed all others do, and what they say is not the reason.
      const error = thrown instanceof DomainError ? thrown : (statements.failure ?? thrown);
      // A server that did not answer in time would not answer a ROLLBACK either; losing us is one to it.
      broken ??= isConnectionLost(error) ? error : await rollBack(client);
      throw asDomainError(error);
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

/** The error where that failed too. */
const rollBack = (client: pg.PoolClient): Promise<Error | undefined> =>
  client.query('ROLLBACK').then(
    () => undefined,
    (failure: Error) => failure,
  );
