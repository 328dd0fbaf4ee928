import { Redis, type RedisOptions } from 'ioredis';
import type { RedisLimits } from '../../config/redis-settings.js';
import { inOneWrite } from '../../ops/one-write.js';

/** Milliseconds. */
const RECONNECT_STEP = 100;
const RECONNECT_AT_MOST = 1_000;

class GatheringRedis extends Redis {
  override sendCommand(...command: Parameters<Redis['sendCommand']>): unknown {
    // None yet while it connects.
    if ((this.stream as typeof this.stream | undefined)?.writable) inOneWrite(this.stream);
    return super.sendCommand(...command);
  }
}

/**
 * A connection that fails at once rather than waits: nothing is queued while Redis is away, and no
 * command takes longer than its limit, even of a Redis that is frozen. It reconnects by itself.
 */
export function createRedis(url: string, limits: RedisLimits, options: RedisOptions = {}): Redis {
  const redis = new GatheringRedis(url, {
    commandTimeout: limits.command,
    connectTimeout: limits.connect,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * RECONNECT_STEP, RECONNECT_AT_MOST),
    ...options,
  });
  // Unheard, the error of a connection would end the process; the commands themselves tell of it.
  redis.on('error', () => undefined);
  return redis;
}
