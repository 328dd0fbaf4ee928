import { hash } from 'node:crypto';
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
   * Claims the keys of these writes in their transaction. Where another holds one, waits for that
   * one's commit: the two make one.
   * @returns by position, what an earlier write made: its id, `undefined` if this one is the first, or
   * the refusal where the key came with another request
   */
  async claimAll(
    transaction: Queryable,
    writes: IdempotentWrite[],
  ): Promise<(string | DomainError | undefined)[]> {
    const keyed = writes.filter(hasKey);
    if (keyed.length === 0) return writes.map(() => undefined);
    const claimed = await this.insert(transaction, keyed);
    const rest = keyed.filter(({ resourceId }) => !claimed.has(resourceId));
    const earlier = await this.findEarlier(transaction, rest);
    return writes.map((write) => (hasKey(write) ? outcomeOf(write, earlier) : undefined));
  }

  /**
   * The same for one write.
   * @throws DomainError `idempotency_mismatch` where the key came with another request
   */
  async claim(transaction: Queryable, write: IdempotentWrite): Promise<string | undefined> {
    const [earlier] = await this.claimAll(transaction, [write]);
    if (earlier instanceof DomainError) throw earlier;
    return earlier;
  }

  /** Gives back the keys of writes that were claimed and do not take place. */
  release(transaction: Transaction, writes: IdempotentWrite[]): void {
    const keyed = writes.filter(hasKey);
    if (keyed.length === 0) return;
    transaction.send(
      `DELETE FROM idempotency USING unnest($1::uuid[], $2::text[], $3::uuid[]) AS given (agent_id, key, resource_id)
       WHERE idempotency.agent_id = given.agent_id AND idempotency.key = given.key
         AND idempotency.resource_id = given.resource_id`,
      columns(keyed).slice(0, 3),
    );
  }

  /** @returns the resources whose writes are the first under their keys */
  private async insert(transaction: Queryable, writes: KeyedWrite[]): Promise<Set<string>> {
    // In one order, so that no two transactions wait for each other.
    const sorted = [...writes].sort((one, other) => (nameOfWrite(one) < nameOfWrite(other) ? -1 : 1));
    const rows = await transaction.query<{ resource_id: string }>(
      `INSERT INTO idempotency (agent_id, key, resource_id, fingerprint, tm_create)
       SELECT agent_id, key, resource_id, fingerprint, now()
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[])
         AS given (agent_id, key, resource_id, fingerprint)
       ON CONFLICT DO NOTHING RETURNING resource_id`,
      columns(sorted),
    );
    return new Set(rows.map(({ resource_id }) => resource_id));
  }

  private async findEarlier(transaction: Queryable, writes: KeyedWrite[]): Promise<Map<string, EarlierRow>> {
    if (writes.length === 0) return new Map();
    const rows = await transaction.query<EarlierRow>(
      `SELECT agent_id, key, fingerprint, resource_id FROM idempotency
       JOIN unnest($1::uuid[], $2::text[]) AS given (agent_id, key) USING (agent_id, key)`,
      columns(writes).slice(0, 2),
    );
    return new Map(rows.map((row) => [nameOf(row.agent_id, row.key), row]));
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

/** Agents, keys, resources and fingerprints. */
const columns = (writes: KeyedWrite[]): [string[], string[], string[], Buffer[]] => [
  writes.map(({ agentId }) => agentId),
  writes.map(({ key }) => key),
  writes.map(({ resourceId }) => resourceId),
  writes.map(({ request }) => fingerprintOf(request)),
];

function outcomeOf(write: KeyedWrite, earlier: Map<string, EarlierRow>): string | DomainError | undefined {
  const row = earlier.get(nameOfWrite(write));
  if (!row) return undefined;
  if (row.fingerprint.equals(fingerprintOf(write.request))) return row.resource_id;
  return new DomainError('idempotency_mismatch', 'The idempotency key was used for another request.');
}

/** The same for bodies that differ only in the order of their fields, or in fields left out. */
const fingerprintOf = (request: unknown): Buffer => hash('sha256', JSON.stringify(sorted(request)), 'buffer');

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort())
    fields[name] = sorted((value as Record<string, unknown>)[name]);
  return fields;
}
