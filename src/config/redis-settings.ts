import { readDuration, type Environment } from './readers.js';
import { readRedisTarget, type RedisTarget } from './redis-target.js';

/** How long Talk waits for Redis, in milliseconds. */
export interface RedisLimits {
  connect: number;
  /** For the answer to one command, a publication for instance. */
  command: number;
  /** For a channel to be subscribed; after that a client is served all the same. */
  subscribe: number;
}

/** What is needed to reach Redis. */
export interface RedisSettings {
  redis: RedisTarget | undefined;
  redisPrefix: string;
  redisLimits: RedisLimits;
}

/** Reads and checks what is needed to reach Redis. */
export function loadRedisSettings(env: Environment): RedisSettings {
  return {
    redis: readRedisTarget(env),
    redisPrefix: env.REDIS_PREFIX || 'talk',
    redisLimits: {
      connect: readDuration(env, 'REDIS_CONNECT_LIMIT', { fallback: '2s', min: '100ms', max: '1m' }),
      command: readDuration(env, 'REDIS_COMMAND_LIMIT', { fallback: '100ms', min: '10ms', max: '10s' }),
      subscribe: readDuration(env, 'REDIS_SUBSCRIBE_LIMIT', { fallback: '200ms', min: '10ms', max: '10s' }),
    },
  };
}
