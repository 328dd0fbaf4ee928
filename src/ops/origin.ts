import { AsyncLocalStorage } from 'node:async_hooks';
import { isDebugging } from './logger.js';
import { activeTracer } from './tracer.js';

/** The call that something comes from. */
export interface Origin {
  requestId?: string;
  /** Of the span that it goes on from. */
  traceparent?: string;
  /** Of the transaction that it went through together with others' calls. */
  transaction?: string;
}

const storage = new AsyncLocalStorage<Origin>();
let isTracked = false;

/** Runs `work` as a part of this call. Costs nothing while neither debug lines nor traces want to know. */
export function originating<Result>(origin: Origin, work: () => Result): Result {
  const isWanted = isDebugging() || activeTracer() !== undefined;
  // Node goes on tracking, at a cost to every promise, until it is told that nobody looks any more.
  if (isTracked && !isWanted) storage.disable();
  isTracked = isWanted;
  return isWanted ? storage.run(origin, work) : work();
}

/** The call that the code runs for, where somebody wants to know. */
export const currentOrigin = (): Origin | undefined => (isTracked ? storage.getStore() : undefined);
