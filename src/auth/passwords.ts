import { Inject, Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { HeldCounts } from '../gate/held-counts.js';
import { hashPassword } from './password.js';

/** Of the queue, that one address or admin may have. */
const LARGEST_SHARE = 0.5;

/**
 * Runs what hashes passwords, a few at a time and so many waiting: each takes a core for some 30 ms, and
 * all else that this machine does would wait for them.
 */
@Injectable()
export class Passwords {
  private readonly limit: ReturnType<typeof pLimit>;
  private readonly mostWaiting: number;
  private readonly perAsker: HeldCounts;

  constructor(@Inject(Settings) { passwordChecks, passwordQueue }: Settings) {
    this.limit = pLimit(passwordChecks);
    this.mostWaiting = passwordQueue;
    this.perAsker = new HeldCounts(Math.ceil(passwordQueue * LARGEST_SHARE));
  }

  /**
   * @param asker who may not have all of the queue
   * @throws DomainError `unavailable` where as many wait as may
   */
  async run<Result>(asker: string, work: () => Promise<Result>): Promise<Result> {
    if (this.limit.pendingCount >= this.mostWaiting || !this.perAsker.take(asker)) {
      throw new DomainError('unavailable', 'Too many passwords are being checked. Try again in a moment.');
    }
    try {
      return await this.limit(work);
    } finally {
      this.perAsker.release(asker);
    }
  }

  /** @throws DomainError `unavailable` where as many wait as may */
  hash(password: string, asker: string): Promise<string> {
    return this.run(asker, () => hashPassword(password));
  }
}
