import type { Redis } from 'ioredis';
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { RateLimited, type Allowance } from '../errors/rate-limited.js';

export interface LimitOptions {
  /** Starts the keys of this limit in Redis. */
  keyPrefix: string;
  /** How many in one window. */
  points: number;
  /** Seconds of one window. */
  duration: number;
}

/** Counts calls by key: in Redis for all replicas together, in this process while Redis is away. */
export class Limiter {
  private readonly local: RateLimiterMemory;
  private readonly shared: RateLimiterAbstract;

  constructor(
    private readonly options: LimitOptions,
    redis: Redis | undefined,
    private readonly isRedisAway: () => boolean,
  ) {
    this.local = new RateLimiterMemory(options);
    this.shared = redis
      ? new RateLimiterRedis({
          ...options,
          storeClient: redis,
          rejectIfRedisNotReady: true,
          insuranceLimiter: this.local,
        })
      : this.local;
  }

  /** @throws RateLimited when the window is used up */
  async take(key: string): Promise<Allowance> {
    // A frozen Redis leaves its client ready, so the bus's own heartbeat decides.
    const limiter = this.isRedisAway() ? this.local : this.shared;
    try {
      return this.allowance(await limiter.consume(key));
    } catch (error) {
      if (error instanceof RateLimiterRes) throw new RateLimited(this.allowance(error));
      throw error;
    }
  }

  private allowance({ remainingPoints, msBeforeNext }: RateLimiterRes): Allowance {
    const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
    return { limit: this.options.points, remaining: remainingPoints, resetSeconds };
  }
}
