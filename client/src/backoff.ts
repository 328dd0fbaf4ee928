import { closedError, isTransient, TalkError } from './talk-error.js';

/** Milliseconds before the first further try, and at most. */
export interface Backoff {
  from: number;
  to: number;
}

/** Doubles with each failure; half of it is chance, so that thousands of clients do not come at once. */
export const delayAfter = ({ from, to }: Backoff, failures: number): number =>
  Math.min(to, from * 2 ** Math.min(failures, 30)) * (0.5 + Math.random() / 2);

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** One listener a signal, however many wait: Node warns of more than ten. */
function waitingFor(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known) return known;
  const stops = new Set<() => void>();
  waiting.set(signal, stops);
  signal.addEventListener('abort', () => [...stops].forEach((stop) => stop()), { once: true });
  return stops;
}

/** @throws TalkError `closed` as soon as the signal is aborted */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(closedError());
    const stops = waitingFor(signal);
    const stop = (): void => {
      clearTimeout(timer);
      stops.delete(stop);
      reject(closedError());
    };
    const timer = setTimeout(() => {
      stops.delete(stop);
      resolve();
    }, milliseconds);
    stops.add(stop);
  });
}

export interface Persistence {
  backoff: Backoff;
  /** Milliseconds in which the outcome has to be known. */
  limit: number;
  signal: AbortSignal;
}

/** Tries until there is an outcome, or the time is up: then the last failure is thrown. */
export async function persist<Result>(
  attempt: () => Promise<Result>,
  { backoff, limit, signal }: Persistence,
): Promise<Result> {
  const end = Date.now() + limit;
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      const asked = (error instanceof TalkError && error.retryAfter) || 0;
      const wait = asked + delayAfter(backoff, failures);
      if (!isTransient(error) || signal.aborted || Date.now() + wait > end) throw error;
      await sleep(wait, signal);
    }
  }
}
