import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../database/statements.js';
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
    if (!earlier?.fingerprint.equals(fingerprint)) throw mismatch();
    return earlier.resource_id;
  }

  /**
   * What earlier writes have made under these keys, by position: the id, `undefined` where there was
   * none, or the refusal where the key came with another request.
   */
  async findEarlier(
    transaction: Queryable,
    writes: IdempotentWrite[],
  ): Promise<(string | DomainError | undefined)[]> {
    const keyed = writes.filter(hasKey);
    if (keyed.length === 0) return writes.map(() => undefined);
    const rows = await transaction.query<EarlierRow>(
      `SELECT agent_id, key, fingerprint, resource_id FROM idempotency
       JOIN unnest($1::uuid[], $2::text[]) AS given (agent_id, key) USING (agent_id, key)`,
      [keyed.map(({ agentId }) => agentId), keyed.map(({ key }) => key)],
    );
    const found = new Map(rows.map((row) => [nameOf(row.agent_id, row.key), row]));
    return writes.map((write) => {
      const earlier = hasKey(write) ? found.get(nameOf(write.agentId, write.key)) : undefined;
      if (!earlier) return undefined;
      return earlier.fingerprint.equals(fingerprintOf(write.request)) ? earlier.resource_id : mismatch();
    });
  }

  /**
   * Claims keys that were not found. Where somebody else claims one at the same time, the transaction
   * fails; in the next one it is found.
   */
  claimNew(transaction: Transaction, writes: IdempotentWrite[]): void {
    // In one order, so that no two transactions wait for each other.
    const keyed = writes
      .filter(hasKey)
      .sort((one, other) => (nameOfWrite(one) < nameOfWrite(other) ? -1 : 1));
    if (keyed.length === 0) return;
    transaction.send(
      `INSERT INTO idempotency (agent_id, key, fingerprint, resource_id, tm_create)
       SELECT agent_id, key, fingerprint, resource_id, now()
       FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[])
         AS given (agent_id, key, fingerprint, resource_id)`,
      [
        keyed.map(({ agentId }) => agentId),
        keyed.map(({ key }) => key),
        keyed.map(({ request }) => fingerprintOf(request)),
        keyed.map(({ resourceId }) => resourceId),
      ],
    );
  }
}

interface EarlierRow {
  agent_id: string;
  key: string;
  fingerprint: Buffer;
  resource_id: string;
}

type KeyedWrite = IdempotentWrite & { key: string };

const hasKey = (write: IdempotentWrite): write is KeyedWrite => write.key !== undefined;

/** One agent's key; no two look the same. */
export const nameOf = (agentId: string, key: string): string => `${agentId} ${key}`;

const nameOfWrite = ({ agentId, key }: KeyedWrite): string => nameOf(agentId, key);

const mismatch = (): DomainError =>
  new DomainError('idempotency_mismatch', 'The idempotency key was used for another request.');

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
