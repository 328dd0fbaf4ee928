import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Bytes of one UUID, and of as many as are drawn together: drawing costs more than all else of an id. */
const SIZE = 16;
const pool = Buffer.alloc(SIZE * 256);
let used = pool.length;

/** True for a UUID of any version, in either case. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

/** A new id: a UUID of version 7, which begins with the time, so that rows made together lie together. */
export const newId = (): string => v7({ rng: randomBytes });

function randomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SIZE;
  return pool.subarray(used - SIZE, used);
}
