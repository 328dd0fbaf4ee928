import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Revocation } from '../events/event.js';
import { Turns } from '../gate/turns.js';
import type { Principal } from './principal.js';
import { Revocations } from './revocations.js';

/** Each is kept as a hash, so all of them take some 25 MB at most, however long they are. */
const TOKENS_AT_MOST = 50_000;
/** Callers looked at in each turn of the event loop that are not known yet. */
const STRANGERS_EACH_TURN = 20;
/** Milliseconds; an identity provider's keys, too, are read again after as long. */
const KNOWN_FOR = 10 * 60_000;

/**
 * Remembers who presented which token, until it ends, is revoked, or this replica may have missed a
 * revocation. So a token's signature and its agent are looked at once, not at every call.
 */
@Injectable()
export class KnownBearers {
  private readonly bearers = new LRUCache<string, Principal>({ max: TOKENS_AT_MOST, ttl: KNOWN_FOR });

  private readonly strangers = new Turns(STRANGERS_EACH_TURN);

  constructor(private readonly revocations: Revocations) {
    revocations.listen((revocation) => this.forget(revocation));
  }

  /** The bearer of a token: remembered, or as `identify` finds it, which others' calls do not wait for. */
  async find(token: string, identify: () => Promise<Principal>): Promise<Principal> {
    const key = hash('sha256', token, 'base64');
    const known = this.revocations.isCurrent ? this.bearers.get(key) : undefined;
    if (known && (known.expiresAt ?? Infinity) > Date.now()) return known;
    await this.strangers.next();
    const { isCurrent, heard: heardBefore } = this.revocations;
    const bearer = await identify();
    if (!isCurrent) return bearer;
    // A revocation that was heard meanwhile did not find it here.
    if (this.revocations.heard === heardBefore) this.bearers.set(key, bearer);
    return bearer;
  }

  /** `undefined`: whoever it was about. */
  private forget(revocation: Revocation | undefined): void {
    if (!revocation) return this.bearers.clear();
    const { agent_id, access_key_id } = revocation;
    for (const [key, { agentId, accessKeyId }] of this.bearers.entries()) {
      if (agentId === agent_id || (accessKeyId !== undefined && accessKeyId === access_key_id))
        this.bearers.delete(key);
    }
  }
}
