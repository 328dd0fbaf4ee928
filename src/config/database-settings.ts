import { readDuration, readInteger, readUrl, SettingError, type Environment } from './readers.js';

/** How long Talk waits for PostgreSQL, in milliseconds. */
export interface DatabaseLimits {
  /** For this replica's earlier writes to the same talk. */
  queue: number;
  /** To be given a connection, of the pool's or a new one. */
  connect: number;
  /** For a lock that another transaction holds. */
  lock: number;
  /** What PostgreSQL grants a transaction in which nothing is asked, its replica being frozen perhaps. */
  idle: number;
  /** What PostgreSQL grants one statement. */
  statement: number;
  /** For an answer from PostgreSQL, which may be frozen itself; then the connection is given up. */
  answer: number;
  /** For one statement of a migration, or for another replica that migrates. */
  migration: number;
}

/** What is needed to reach the database. */
export interface DatabaseSettings {
  databaseUrl: string | undefined;
  databasePool: number;
  databaseLimits: DatabaseLimits;
}

/** Reads and checks what is needed to reach the database, and nothing else. */
export function loadDatabaseSettings(env: Environment): DatabaseSettings {
  return {
    databaseUrl: readUrl(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    databasePool: readInteger(env, 'DATABASE_POOL', { fallback: 10, min: 2, max: 1000 }),
    databaseLimits: loadLimits(env),
  };
}

function loadLimits(env: Environment): DatabaseLimits {
  const limits = {
    queue: readDuration(env, 'DATABASE_QUEUE_LIMIT', { fallback: '10s', min: '10ms', max: '1m' }),
    connect: readDuration(env, 'DATABASE_CONNECT_LIMIT', { fallback: '5s', min: '100ms', max: '1m' }),
    lock: readDuration(env, 'DATABASE_LOCK_LIMIT', { fallback: '2s', min: '10ms', max: '1m' }),
    idle: readDuration(env, 'DATABASE_IDLE_LIMIT', { fallback: '3s', min: '100ms', max: '1m' }),
    statement: readDuration(env, 'DATABASE_STATEMENT_LIMIT', { fallback: '5s', min: '100ms', max: '5m' }),
    answer: readDuration(env, 'DATABASE_ANSWER_LIMIT', { fallback: '6s', min: '100ms', max: '10m' }),
    migration: readDuration(env, 'DATABASE_MIGRATION_LIMIT', { fallback: '10m', min: '1s', max: '24h' }),
  };
  // The shorter one tells more precisely what went wrong, so it has to come first.
  if (limits.statement <= limits.lock)
    throw new SettingError('DATABASE_STATEMENT_LIMIT', 'must be longer than DATABASE_LOCK_LIMIT');
  if (limits.answer <= limits.statement)
    throw new SettingError('DATABASE_ANSWER_LIMIT', 'must be longer than DATABASE_STATEMENT_LIMIT');
  return limits;
}
