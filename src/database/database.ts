import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { DatabaseLimits, DatabaseSettings } from '../config/database-settings.js';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { prepared, Statements, type Queryable, type Transaction } from './statements.js';
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

/** The only way to PostgreSQL while Talk serves: the data source's one pool, bounded, every wait with a limit. */
@Injectable()
export class Database implements Queryable {
  /** None until PostgreSQL was reached. */
  private pool: pg.Pool | undefined;
  private opening: Promise<pg.Pool> | undefined;
  private readonly begin: string;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(Settings) { databaseLimits }: DatabaseSettings,
  ) {
    this.begin = beginWithin(databaseLimits);
  }

  /** Connections now, those of them idle, and calls that wait for one. */
  get connections(): { total: number; idle: number; waiting: number } {
    const { totalCount: total = 0, idleCount: idle = 0, waitingCount: waiting = 0 } = this.pool ?? {};
    return { total, idle, waiting };
  }

  /**
   * One statement on its own, for reading.
   * @throws DomainError `unavailable` when PostgreSQL is away or too slow
   */
  async query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    try {
      const result = await (this.pool ?? (await this.open())).query<Row>(prepared(sql, values));
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
    const client = await this.connect();
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

  private async connect(): Promise<pg.PoolClient> {
    try {
      return await (this.pool ?? (await this.open())).connect();
    } catch (error) {
      throw asDomainError(error);
    }
  }

  /** Talk listens before its database can be reached, so the first query connects the data source. */
  private open(): Promise<pg.Pool> {
    return (this.opening ??= this.initialize().finally(() => (this.opening = undefined)));
  }

  private async initialize(): Promise<pg.Pool> {
    const driver = this.dataSource.driver as PostgresDriver;
    try {
      await this.dataSource.initialize();
    } catch (error) {
      // The next attempt makes a pool of its own.
      if (driver.master) await driver.disconnect();
      throw error;
    }
    return (this.pool = driver.master as pg.Pool);
  }
}

/** The error where that failed too. */
const rollBack = (client: pg.PoolClient): Promise<Error | undefined> =>
  client.query('ROLLBACK').then(
    () => undefined,
    (failure: Error) => failure,
  );
