import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { RateLimited, type Allowance } from '../errors/rate-limited.js';
import type { RedisClient } from '../redis/redis-client.js';

export interface LimitOptions {
  /** Starts the keys of this limit in Redis. */
  keyPrefix: string;
  /** How many in one window. */
  points: number;
  /** Seconds of one window. */
  duration: number;
}

/**
 * Counts calls by key: in this process always, and in Redis for all replicas together while it is
 * there; the tighter count decides. So a Redis that goes or comes gives nobody a fresh allowance.
 */
export class Limiter {
  private readonly local: RateLimiterMemory;
  private readonly shared: RateLimiterRedis | undefined;

  constructor(
    private readonly options: LimitOptions,
    redis: RedisClient | undefined,
    private readonly isRedisAway: () => boolean,
  ) {
    this.local = new RateLimiterMemory(options);
    this.shared =
      redis && new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true });
  }

  /** Counts one. @throws RateLimited when the window is used up */
  take(key: string): Promise<Allowance> {
    return this.decide((limiter) => consume(limiter, key));
  }

  /** Counts nothing. @throws RateLimited when the window is used up */
  require(key: string): Promise<Allowance> {
    return this.decide((limiter) => look(limiter, key));
  }

  private async decide(count: (limiter: RateLimiterAbstract) => Promise<Count>): Promise<Allowance> {
    const counts = await Promise.all([count(this.local), this.countShared(count)]);
    const [tightest] = counts.flatMap((one) => one ?? []).sort(tighterFirst) as [Count];
    const allowance = {
      limit: this.options.points,
      remaining: tightest.remainingPoints,
      resetSeconds: Math.max(1, Math.ceil(tightest.msBeforeNext / 1000)),
    };
    if (tightest.isOver) throw new RateLimited(allowance);
    return allowance;
  }

  private async countShared(
    count: (limiter: RateLimiterAbstract) => Promise<Count>,
  ): Promise<Count | undefined> {
    // A frozen Redis leaves its client ready, so the bus's own heartbeat decides.
    if (!this.shared || this.isRedisAway()) return undefined;
    return count(this.shared).catch(() => undefined);
  }
}

interface Count {
  isOver: boolean;
  remainingPoints: number;
  msBeforeNext: number;
}

/** @throws Error where the store does not answer */
async function consume(limiter: RateLimiterAbstract, key: string): Promise<Count> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(key);
    return { isOver: false, remainingPoints, msBeforeNext };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return { isOver: true, remainingPoints: error.remainingPoints, msBeforeNext: error.msBeforeNext };
  }
}

/** @throws Error where the store does not answer */
async function look(limiter: RateLimiterAbstract, key: string): Promise<Count> {
  const { consumedPoints = 0, msBeforeNext = 0 } = (await limiter.get(key)) ?? {};
  const remainingPoints = Math.max(0, limiter.points - consumedPoints);
  return { isOver: remainingPoints === 0, remainingPoints, msBeforeNext };
}

const tighterFirst = (one: Count, other: Count): number =>
  Number(other.isOver) - Number(one.isOver) ||
  one.remainingPoints - other.remainingPoints ||
  other.msBeforeNext - one.msBeforeNext;
