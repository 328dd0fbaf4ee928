import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Queryable } from '../database/statements.js';
import { DomainError } from '../errors/domain-error.js';

/** A write that is to happen once, however often it is asked for. */
export interface IdempotentWrite {
  agentId: string;
  /** `undefined`: the caller gave none, so every call is a new write. */
  key: string | undefined;
  /** The call and its body, without the key. */
  request: unknown;
  /** What the write will make, if it is the first. */
  resourceId: string;
}

/** Remembers by their keys what writes have made. */
@Injectable()
export class Idempotency {
  /**
   * Claims the key in the transaction of the write. Where another holds it, waits for that one's
   * commit: the two make one.
   * @returns the id of what an earlier write made, `undefined` if this is the first
   * @throws DomainError `idempotency_mismatch` where the key came with another request
   */
  async claim(transaction: Queryable, write: IdempotentWrite): Promise<string | undefined> {
    if (write.key === undefined) return undefined;
    const fingerprint = fingerprintOf(write.request);
    const claimed = await transaction.query(
      `INSERT INTO idempotency (agent_id, key, fingerprint, resource_id, tm_create)
       VALUES ($1, $2, $3, $4, now()) ON CONFLICT DO NOTHING RETURNING key`,
      [write.agentId, write.key, fingerprint, write.resourceId],
    );
    if (claimed.length > 0) return undefined;
    const [earlier] = await transaction.query<{ fingerprint: Buffer; resource_id: string }>(
      'SELECT fingerprint, resource_id FROM idempotency WHERE agent_id = $1 AND key = $2',
      [write.agentId, write.key],
    );
    if (!earlier?.fingerprint.equals(fingerprint)) {
      throw new DomainError('idempotency_mismatch', 'The idempotency key was used for another request.');
    }
    return earlier.resource_id;
  }
}

/** The same for bodies that differ only in the order of their fields, or in fields left out. */
const fingerprintOf = (request: unknown): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(sorted(request)))
    .digest();

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
