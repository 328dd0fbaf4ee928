import { DomainError } from '../errors/domain-error.js';
import { streamName, type StreamKey } from './stream.js';

/** Tells whoever waits that it is their turn. */
type Turn = () => void;

/**
 * Lets one transaction of this process at a time at each stream; the others wait here, in the order
 * they came. In PostgreSQL each would hold a connection while it waits for the stream's lock, so one
 * talk whose lock is stuck would take the whole pool.
 */
export class StreamQueue {
  /** By each stream that somebody is at, those who wait for it. */
  private readonly waiting = new Map<string, Set<Turn>>();

  /** `limit`: milliseconds that a transaction waits for all its turns together. */
  constructor(private readonly limit: number) {}

  /** How many streams somebody is at. */
  get size(): number {
    return this.waiting.size;
  }

  /**
   * Runs `work` when it is its turn at all these streams. Turns are waited for one after the other,
   * in the one order of names, so that no two wait for each other; and before a connection is
   * taken, so that whoever has a turn finds one.
   * @throws DomainError `unavailable` where the turns do not come within the limit
   */
  async run<Result>(streams: StreamKey[], work: () => Promise<Result>): Promise<Result> {
    const end = performance.now() + this.limit;
    const taken: string[] = [];
    try {
      for (const name of [...new Set(streams.map(streamName))].sort()) {
        if (this.waiting.has(name)) await this.turnAt(name, end);
        else this.waiting.set(name, new Set());
        taken.push(name);
      }
      return await work();
    } finally {
      for (const name of taken) this.passOn(name);
    }
  }

  /** Runs `work` at those of these streams that nobody is at, without waiting for the others. */
  async runFree<Result>(streams: StreamKey[], work: (free: StreamKey[]) => Promise<Result>): Promise<Result> {
    const free = streams.filter((stream) => !this.waiting.has(streamName(stream)));
    for (const stream of free) this.waiting.set(streamName(stream), new Set());
    try {
      return await work(free);
    } finally {
      for (const stream of free) this.passOn(streamName(stream));
    }
  }

  private turnAt(name: string, end: number): Promise<void> {
    const waiting = this.waiting.get(name);
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        waiting?.delete(turn);
        reject(new DomainError('unavailable', 'Others that write there take too long. Try again.'));
      };
      const timer = setTimeout(giveUp, end - performance.now());
      waiting?.add(turn);
    });
  }

  private passOn(name: string): void {
    const waiting = this.waiting.get(name);
    const [next] = waiting ?? [];
    if (!next) return void this.waiting.delete(name);
    waiting?.delete(next);
    next();
  }
}
