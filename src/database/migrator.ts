import { DataSource } from 'typeorm';
import type { DatabaseSettings } from '../config/database-settings.js';
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

function openDataSource({ databaseUrl, databaseLimits }: DatabaseSettings): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'talk-migrate',
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    logging: false,
    extra: {
      max: 2,
      connectionTimeoutMillis: databaseLimits.connect,
      query_timeout: databaseLimits.migration,
    },
  }).initialize();
}

/** Brings the schema up to this build's. Where several start at once, one works and the others wait for it. */
export async function migrate(settings: DatabaseSettings): Promise<void> {
  const dataSource = await openDataSource(settings);
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
