import { resolve } from 'node:path';
import {
  readDuration,
  readInteger,
  readSwitch,
  readOneOf,
  readSecret,
  readText,
  readUrl,
  type Environment,
} from './readers.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything about Talk that an operator can set. Injected by this class; nothing else reads `process.env`. */
export class Settings {
  /** TCP port of REST and Socket.IO; 0 takes any free one. */
  port: number;
  host: string;
  /** `undefined`: an embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | undefined;
  /** Connections that this replica may hold at once. */
  databasePool: number;
  /** `undefined`: fan-out stays in this process, so there must be one replica only. */
  redisUrl: string | undefined;
  /** Put before every Redis channel, so that several Talks can share a server. */
  redisPrefix: string;
  /** `undefined` only when embedded, where one is made once and kept in `dataDir`. */
  jwtSecret: string | undefined;
  /** Where an identity provider publishes its keys. */
  jwksUrl: string | undefined;
  jwtIssuer: string | undefined;
  jwtAudience: string | undefined;
  migrateOnStart: boolean;
  dataDir: string;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Participants that one talk may have. */
  maxParticipants: number;
  /** Writes per second and agent, over REST and sockets together; 0 is no limit. */
  rateLimit: number;
  /** Milliseconds that an event is kept for clients that come back; each stream's newest stays. */
  eventRetention: number;
  /** Milliseconds that a replica goes on following a stream after its last socket, for one who is just reconnecting. */
  feedLinger: number;
  /** Milliseconds from SIGTERM in which new connections and requests are still taken. */
  shutdownDelay: number;
  /** Milliseconds from SIGTERM to the end at the latest, the delay included. */
  shutdownGrace: number;
}

/**
 * Reads and checks every setting.
 * @throws SettingError that names the first bad one, in a line fit for an operator.
 */
export function loadSettings(env: Environment): Settings {
  const { databaseUrl, databasePool } = loadDatabaseSettings(env);
  const embedded = databaseUrl === undefined;
  const jwksUrl = readUrl(env, 'JWKS_URL', ['https:', 'http:']);
  return {
    port: readInteger(env, 'PORT', { fallback: 3000, min: 0, max: 65_535 }),
    host: env.HOST || (embedded ? '127.0.0.1' : '0.0.0.0'),
    databaseUrl,
    databasePool,
    redisUrl: readUrl(env, 'REDIS_URL', ['redis:', 'rediss:']),
    redisPrefix: env.REDIS_PREFIX || 'talk',
    jwtSecret: readSecret(env, 'JWT_SECRET', { required: !embedded && !jwksUrl, minBytes: 32 }),
    jwksUrl,
    jwtIssuer: readText(env, 'JWT_ISSUER', { requiredWith: jwksUrl && 'JWKS_URL' }),
    jwtAudience: readText(env, 'JWT_AUDIENCE', { requiredWith: jwksUrl && 'JWKS_URL' }),
    migrateOnStart: readSwitch(env, 'MIGRATE_ON_START', embedded),
    dataDir: resolve(env.DATA_DIR || '.data'),
    logLevel: readOneOf(env, 'LOG_LEVEL', LOG_LEVELS, embedded ? 'warn' : 'info'),
    maxParticipants: readInteger(env, 'MAX_PARTICIPANTS', { fallback: 1000, min: 2, max: 100_000 }),
    rateLimit: readInteger(env, 'RATE_LIMIT', { fallback: 50, min: 0, max: 1_000_000 }),
    eventRetention: readDuration(env, 'EVENT_RETENTION', { fallback: '7d', min: '1s', max: '3650d' }),
    feedLinger: readDuration(env, 'FEED_LINGER', { fallback: '30s', min: '0s', max: '1h' }),
    shutdownDelay: readDuration(env, 'SHUTDOWN_DELAY', { fallback: '5s', min: '0s', max: '10m' }),
    shutdownGrace: readDuration(env, 'SHUTDOWN_GRACE', { fallback: '20s', min: '0s', max: '1h' }),
  };
}

export type DatabaseSettings = Pick<Settings, 'databaseUrl' | 'databasePool'>;

/** Reads and checks what is needed to reach the database, and nothing else. */
export function loadDatabaseSettings(env: Environment): DatabaseSettings {
  return {
    databaseUrl: readUrl(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    databasePool: readInteger(env, 'DATABASE_POOL', { fallback: 10, min: 2, max: 1000 }),
  };
}
