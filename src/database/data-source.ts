import pg from 'pg';
import type { Logger } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import type { DatabaseSettings } from '../config/database-settings.js';
import { parsePostgresTime } from './timestamp.js';

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

const ignore = (): void => undefined;

/** Errors are thrown as well, and the caller logs them. */
const SILENT: Logger = {
  log: ignore,
  logMigration: ignore,
  logQuery: ignore,
  logQueryError: ignore,
  logQuerySlow: ignore,
  logSchemaBuild: ignore,
};

/** Of the data source that Talk serves with. */
export const servingOptions = ({
  databaseUrl,
  databasePool,
  databaseLimits,
}: DatabaseSettings): PostgresDataSourceOptions => ({
  type: 'postgres',
  url: databaseUrl,
  applicationName: 'talk',
  poolSize: databasePool,
  connectTimeoutMS: databaseLimits.connect,
  logger: SILENT,
  // An idle connection that dies is replaced at the next use.
  poolErrorHandler: ignore,
  // Talk needs none, and its database role may lack the right to create them.
  installExtensions: false,
  // What only pg knows.
  extra: {
    query_timeout: databaseLimits.answer,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
    types,
  },
});

/**
 * Of the data source that migrates: a migration may take minutes where a request may take seconds, and its session
 * keeps an advisory lock and a `lock_timeout` of its own.
 */
export const migratingOptions = ({
  databaseUrl,
  databaseLimits,
}: DatabaseSettings): PostgresDataSourceOptions => ({
  type: 'postgres',
  url: databaseUrl,
  applicationName: 'talk-migrate',
  poolSize: 1,
  connectTimeoutMS: databaseLimits.connect,
  logger: SILENT,
  installExtensions: false,
  extra: { query_timeout: databaseLimits.migration },
});
