import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Batch } from '../../database/batch.js';
import { Revocations } from '../revocations.js';
import { hashAccessKeyToken, isSoundAccessKeyToken } from './access-key.token.js';
import { AccessKeysRepository, type AccessKeyBearer } from './access-keys.repository.js';

/** Keys that one statement looks up, and that may wait for theirs. */
const KEYS = { atOnce: 200, waiting: 2_000 };

/** Keys remembered to be nobody's, and for how many milliseconds: another replica may hear late of an agent enabled again. */
const UNKNOWN = { max: 10_000, ttl: 1_000 };

/** Looks up whose access keys are. However many are made up, they take two connections and little memory. */
@Injectable()
export class AccessKeyBearers {
  private readonly unknown = new LRUCache<string, true>(UNKNOWN);
  private readonly lookUps: Batch<Buffer, AccessKeyBearer | undefined>;

  constructor(
    keys: AccessKeysRepository,
    private readonly revocations: Revocations,
  ) {
    revocations.listen(() => this.unknown.clear());
    this.lookUps = new Batch(KEYS.atOnce, (hashes) => keys.findBearers(hashes), KEYS.waiting);
  }

  /** @throws DomainError `unavailable` where too many wait for an answer already */
  async find(token: string): Promise<AccessKeyBearer | undefined> {
    if (!isSoundAccessKeyToken(token)) return undefined;
    const hash = hashAccessKeyToken(token);
    const name = hash.toString('base64');
    if (this.unknown.has(name)) return undefined;
    const { heard } = this.revocations;
    const bearer = await this.lookUps.ask(hash);
    if (!bearer && this.revocations.heard === heard) this.unknown.set(name, true);
    return bearer;
  }
}
