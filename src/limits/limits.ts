import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import type { Allowance } from '../errors/rate-limited.js';
import { Bus } from '../events/bus/bus.js';
import { RedisCommands } from '../redis/redis-commands.js';
import { Limiter, type LimitOptions } from './limiter.js';

/**
 * Seconds over which a caller may spend its rate as it likes, which allows bursts of twice the rate.
 * The windows are fixed, as the library counts: around the edge of two, both bursts can pass.
 */
const WRITE_WINDOW = 2;

/** Seconds in which wrong logins are counted. */
const LOGIN_WINDOW = 60;

/** What everybody may do only so often. */
@Injectable()
export class Limits {
  private readonly writes: Limiter | undefined;
  private readonly loginsByNameAndAddress: Limiter;
  private readonly loginsByName: Limiter;
  private readonly loginsByAddress: Limiter;

  constructor(@Inject(Settings) settings: Settings, bus: Bus, redis: RedisCommands) {
    const { redisPrefix, rateLimit, loginFailures } = settings;
    const limiter = (name: string, options: Omit<LimitOptions, 'keyPrefix'>): Limiter =>
      new Limiter(
        { keyPrefix: `${redisPrefix}:limit:${name}`, ...options },
        redis.client,
        () => bus.state === 'away',
      );
    if (rateLimit > 0) {
      this.writes = limiter('writes', { points: rateLimit * WRITE_WINDOW, duration: WRITE_WINDOW });
    }
    const logins = (name: string, points: number): Limiter =>
      limiter(`wrong-logins:${name}`, { points, duration: LOGIN_WINDOW });
    this.loginsByNameAndAddress = logins('name-and-address', loginFailures.perNameAndAddress);
    this.loginsByName = logins('name', loginFailures.perName);
    this.loginsByAddress = logins('address', loginFailures.perAddress);
  }

  /**
   * Counts one write of an agent, over REST or a socket; `undefined` where nothing is limited.
   * @throws RateLimited
   */
  takeWrite(agentId: string): Promise<Allowance> | undefined {
    return this.writes?.take(agentId);
  }

  /** @throws RateLimited where too many logins of this name, or from this address, were wrong of late */
  async requireLogin(username: string, address: string): Promise<void> {
    await this.loginsByNameAndAddress.require(`${address} ${username}`);
    await this.loginsByName.require(username);
    await this.loginsByAddress.require(address);
  }

  /** What a limit refuses is not counted, so that one caller's wrong logins use up nothing of its neighbours'. */
  async countFailedLogin(username: string, address: string): Promise<void> {
    await Promise.all([
      this.loginsByNameAndAddress.take(`${address} ${username}`),
      this.loginsByName.take(username),
      this.loginsByAddress.take(address),
    ]);
  }
}
