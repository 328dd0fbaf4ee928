import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { Allowance } from '../errors/rate-limited.js';
import { Bus } from '../events/bus/bus.js';
import { createRedis, type RedisClient } from '../events/bus/redis-client.js';
import { Limiter, type LimitOptions } from './limiter.js';

/**
 * Seconds over which a caller may spend its rate as it likes, which allows bursts of twice the rate.
 * The windows are fixed, as the library counts: around the edge of two, both bursts can pass.
 */
const WRITE_WINDOW = 2;

/** Attempts in a minute: with one username from one address, and from one address in all. */
const LOGINS_BY_NAME = 10;
const LOGINS_BY_ADDRESS = 100;

/** What everybody may do only so often. */
@Injectable()
export class Limits implements OnApplicationShutdown {
  private readonly redis: RedisClient | undefined;
  private readonly writes: Limiter | undefined;
  private readonly loginsByName: Limiter;
  private readonly loginsByAddress: Limiter;

  constructor(@Inject(Settings) settings: Settings, bus: Bus) {
    const { redisPrefix, redisLimits, rateLimit } = settings;
    const redis = settings.redis && createRedis(settings.redis, redisLimits);
    this.redis = redis;
    const limiter = (name: string, options: Omit<LimitOptions, 'keyPrefix'>): Limiter =>
      new Limiter(
        { keyPrefix: `${redisPrefix}:limit:${name}`, ...options },
        redis,
        () => bus.state === 'away',
      );
    if (rateLimit > 0) {
      this.writes = limiter('writes', { points: rateLimit * WRITE_WINDOW, duration: WRITE_WINDOW });
    }
    this.loginsByName = limiter('logins-by-name', { points: LOGINS_BY_NAME, duration: 60 });
    this.loginsByAddress = limiter('logins-by-address', { points: LOGINS_BY_ADDRESS, duration: 60 });
  }

  /**
   * Counts one write of an agent, over REST or a socket; `undefined` where nothing is limited.
   * @throws RateLimited
   */
  async takeWrite(agentId: string): Promise<Allowance | undefined> {
    return this.writes?.take(agentId);
  }

  /** @throws RateLimited */
  async takeLogin(address: string, username: string): Promise<void> {
    await this.loginsByAddress.take(address);
    await this.loginsByName.take(`${address} ${username}`);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
