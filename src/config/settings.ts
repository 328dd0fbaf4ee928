import { resolve } from 'node:path';
import { loadDatabaseSettings, type DatabaseLimits, type DatabaseSettings } from './database-settings.js';
import { loadEdgeSettings, type EdgeSettings } from './edge-settings.js';
import { loadGateSettings, type GateSettings } from './gate-settings.js';
import {
  readDuration,
  readInteger,
  readPort,
  readSwitch,
  readOneOf,
  readSecret,
  readText,
  readUrl,
  SettingError,
  type Duration,
  type Environment,
} from './readers.js';
import { loadRedisSettings, type RedisLimits, type RedisSettings } from './redis-settings.js';
import type { RedisTarget } from './redis-target.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything about Talk that an operator can set. Injected by this class; nothing else reads `process.env`. */
export class Settings implements DatabaseSettings, EdgeSettings, GateSettings, RedisSettings {
  /** TCP port of REST and Socket.IO; 0 takes any free one. */
  port: number;
  host: string;
  /** TCP port of the metrics; 0 takes any free one, `undefined` none. */
  metricsPort: number | undefined;
  /** `undefined`: an embedded PostgreSQL in `dataDir`, until that has started. */
  databaseUrl: string | undefined;
  /** Whether the PostgreSQL is our own, with a demo customer in it. */
  embedded: boolean;
  /** Connections that this replica may hold at once. */
  databasePool: number;
  databaseLimits: DatabaseLimits;
  /** `undefined`: fan-out stays in this process, so there must be one replica only. */
  redis: RedisTarget | undefined;
  /** Put before every Redis channel, so that several Talks can share a server. */
  redisPrefix: string;
  redisLimits: RedisLimits;
  /** `undefined` only when embedded, where one is made once and kept in `dataDir`. */
  jwtSecret: string | undefined;
  /** Where an identity provider publishes its keys. */
  jwksUrl: string | undefined;
  /** Milliseconds to wait for them. */
  jwksLimit: number;
  jwtIssuer: string | undefined;
  jwtAudience: string | undefined;
  migrateOnStart: boolean;
  dataDir: string;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Where traces are sent; `undefined`: none are made. */
  tracesEndpoint: string | undefined;
  /** Participants that one talk may have. */
  maxParticipants: number;
  /** Writes per second and agent, over REST and sockets together; 0 is no limit. */
  rateLimit: number;
  /** Milliseconds in which a REST request is answered, whatever hangs behind it. */
  requestLimit: number;
  /** Milliseconds in which a packet is acked; of `subscribe`, those without a page of its replay going out. */
  ackLimit: number;
  corsOrigins: EdgeSettings['corsOrigins'];
  trustProxy: EdgeSettings['trustProxy'];
  polling: boolean;
  /** Whether the page at `/console` is served. */
  console: boolean;
  receiveLimit: number;
  keepAliveLimit: number;
  maxConnections: GateSettings['maxConnections'];
  maxConnectionsPerAddress: GateSettings['maxConnectionsPerAddress'];
  maxSocketsPerAgent: GateSettings['maxSocketsPerAgent'];
  maxUnnamed: GateSettings['maxUnnamed'];
  handshakeLimit: GateSettings['handshakeLimit'];
  sendLimit: GateSettings['sendLimit'];
  closeLimit: GateSettings['closeLimit'];
  passwordChecks: GateSettings['passwordChecks'];
  passwordQueue: GateSettings['passwordQueue'];
  loginFailures: GateSettings['loginFailures'];
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
  const database = loadDatabaseSettings(env);
  const embedded = database.databaseUrl === undefined;
  const redis = loadRedisSettings(env);
  const jwksUrl = readUrl(env, 'JWKS_URL', ['https:', 'http:']);
  return {
    port: readInteger(env, 'PORT', { fallback: 3000, min: 0, max: 65_535 }),
    host: env.HOST || (embedded ? '127.0.0.1' : '0.0.0.0'),
    metricsPort: readPort(env, 'METRICS_PORT', 9464),
    ...database,
    embedded,
    ...redis,
    ...loadEdgeSettings(env, redis.redis === undefined),
    ...loadGateSettings(env),
    jwtSecret: readSecret(env, 'JWT_SECRET', { required: !embedded && !jwksUrl, minBytes: 32 }),
    jwksUrl,
    jwksLimit: readDuration(env, 'JWKS_LIMIT', { fallback: '2s', min: '100ms', max: '1m' }),
    jwtIssuer: readText(env, 'JWT_ISSUER', { requiredWith: jwksUrl && 'JWKS_URL' }),
    jwtAudience: readText(env, 'JWT_AUDIENCE', { requiredWith: jwksUrl && 'JWKS_URL' }),
    console: readSwitch(env, 'CONSOLE', true),
    migrateOnStart: readSwitch(env, 'MIGRATE_ON_START', embedded),
    dataDir: resolve(env.DATA_DIR || '.data'),
    logLevel: readOneOf(env, 'LOG_LEVEL', LOG_LEVELS, embedded ? 'warn' : 'info'),
    tracesEndpoint: readUrl(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']),
    maxParticipants: readInteger(env, 'MAX_PARTICIPANTS', { fallback: 1000, min: 2, max: 100_000 }),
    rateLimit: readInteger(env, 'RATE_LIMIT', { fallback: 50, min: 0, max: 1_000_000 }),
    requestLimit: readDuration(env, 'REQUEST_LIMIT', { fallback: '15s', min: '100ms', max: '10m' }),
    ackLimit: readDuration(env, 'ACK_LIMIT', { fallback: '15s', min: '100ms', max: '10m' }),
    eventRetention: readDuration(env, 'EVENT_RETENTION', { fallback: '7d', min: '1s', max: '3650d' }),
    feedLinger: readDuration(env, 'FEED_LINGER', { fallback: '30s', min: '0s', max: '1h' }),
    ...readShutdown(env, embedded),
  };
}

function readShutdown(
  env: Environment,
  embedded: boolean,
): Pick<Settings, 'shutdownDelay' | 'shutdownGrace'> {
  const fallback: Duration = embedded ? '0s' : '5s';
  const shutdownDelay = readDuration(env, 'SHUTDOWN_DELAY', { fallback, min: '0s', max: '10m' });
  const shutdownGrace = readDuration(env, 'SHUTDOWN_GRACE', { fallback: '20s', min: '0s', max: '1h' });
  if (shutdownDelay > shutdownGrace) {
    throw new SettingError(
      'SHUTDOWN_DELAY',
      `must not be longer than SHUTDOWN_GRACE: ${shutdownDelay} ms are over ${shutdownGrace} ms`,
    );
  }
  return { shutdownDelay, shutdownGrace };
}
