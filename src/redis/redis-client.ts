import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisLimits } from '../config/redis-settings.js';
import type { RedisTarget } from '../config/redis-target.js';
import { inOneWrite } from '../ops/one-write.js';

/** Milliseconds. */
const RECONNECT_STEP = 100;
const RECONNECT_AT_MOST = 1_000;

/** Milliseconds between two looks at a Cluster for who serves what, where nothing else has led to one. */
const CLUSTER_LOOK_EVERY = 2_000;
/** How often a command to a Cluster may be sent elsewhere, within its limit. */
const REDIRECTIONS = 3;

/** A client for commands, of whichever kind of Redis. */
export type RedisClient = Redis | Cluster;

class GatheringRedis extends Redis {
  override sendCommand(...command: Parameters<Redis['sendCommand']>): unknown {
    // None yet while it connects.
    if ((this.stream as typeof this.stream | undefined)?.writable) inOneWrite(this.stream);
    return super.sendCommand(...command);
  }
}

const retry = (attempt: number): number => Math.min(attempt * RECONNECT_STEP, RECONNECT_AT_MOST);

/**
 * A connection fails at once rather than waits: nothing is queued while Redis is away, and no command
 * takes longer than its limit, even of a Redis that is frozen. It reconnects by itself.
 */
function connectionOptions({ tls, username, password }: RedisTarget, limits: RedisLimits): RedisOptions {
  return {
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
    commandTimeout: limits.command,
    connectTimeout: limits.connect,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: retry,
  };
}

/** Where the server is, or who knows which one is the master now. */
function whereabouts({ kind, hosts, master, sentinelPassword, tls }: RedisTarget): RedisOptions {
  if (kind !== 'sentinel') return { ...hosts[0] };
  return {
    sentinels: hosts,
    name: master,
    sentinelRetryStrategy: retry,
    ...(sentinelPassword && { sentinelPassword }),
    ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    // A master that hangs keeps its connections, and so would we, long after another one has taken over.
    failoverDetector: true,
  };
}

/** One connection to a Redis alone, or to whichever server the Sentinels name. */
export function connectTo(target: RedisTarget, limits: RedisLimits, options: RedisOptions = {}): Redis {
  const redis = new GatheringRedis({
    ...connectionOptions(target, limits),
    ...whereabouts(target),
    db: target.database,
    ...options,
  });
  // Unheard, the error of a connection would end the process; the commands themselves tell of it.
  redis.on('error', () => undefined);
  return redis;
}

/** A client that finds by itself which of a Cluster's nodes a key or channel belongs to. */
export function connectToCluster(target: RedisTarget, limits: RedisLimits): Cluster {
  const cluster = new Cluster(target.hosts, {
    redisOptions: connectionOptions(target, limits),
    // By name, as the certificates have it; a plain address needs no look-up at all.
    dnsLookup: (address, callback) => callback(null, address),
    clusterRetryStrategy: retry,
    enableOfflineQueue: false,
    maxRedirections: REDIRECTIONS,
    slotsRefreshInterval: CLUSTER_LOOK_EVERY,
    slotsRefreshTimeout: limits.connect,
  });
  cluster.on('error', () => undefined);
  return cluster;
}

/** A client for commands. */
export const createRedis = (target: RedisTarget, limits: RedisLimits): RedisClient =>
  target.kind === 'cluster' ? connectToCluster(target, limits) : connectTo(target, limits);
