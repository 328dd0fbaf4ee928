import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { DatabaseSettings } from '../config/database-settings.js';
import { migratingOptions } from './data-source.js';
import { InitialSchema1760000000000 } from './migrations/1760000000000-initial-schema.js';
import { KeysAndIdempotency1760100000000 } from './migrations/1760100000000-keys-and-idempotency.js';
import { EventRetention1760200000000 } from './migrations/1760200000000-event-retention.js';

/** In the order in which they run. */
export const MIGRATIONS = [
  InitialSchema1760000000000,
  KeysAndIdempotency1760100000000,
  EventRetention1760200000000,
];

/** Any fixed number: whoever holds this advisory lock is the one that migrates. */
const MIGRATION_LOCK = 7_255_301;

/**
 * Milliseconds that a migration waits for a table in use. Every write behind it waits as long, and it is less than
 * PostgreSQL's `deadlock_timeout`: where the two block each other, the migration gives way and no write fails.
 */
const GIVE_WAY_AFTER = 500;
const TRY_AGAIN_AFTER = 500;

const LOCK_TIMEOUT = '55P03';

/**
 * Brings the schema up to this build's, while replicas serve. Where several start at once, one works and the others
 * wait for it. A table in use is tried again for as long as `DATABASE_MIGRATION_LIMIT`.
 */
export async function migrate(settings: DatabaseSettings): Promise<void> {
  const dataSource = new DataSource({
    ...migratingOptions(settings),
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
  });
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runner.query(`SET lock_timeout = ${GIVE_WAY_AFTER}`);
    await migrateGivingWay(dataSource, runner, Date.now() + settings.databaseLimits.migration);
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

/** Each migration is one transaction, so one that gave way has left nothing behind. */
async function migrateGivingWay(dataSource: DataSource, runner: QueryRunner, until: number): Promise<void> {
  for (;;) {
    try {
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      await executor.executePendingMigrations();
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_TIMEOUT || Date.now() > until) throw error;
      await sleep(TRY_AGAIN_AFTER * (0.5 + Math.random()));
    }
  }
}
