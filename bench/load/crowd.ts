import type { Seat } from './plan.js';
import { openSocketIo, type Hearing } from './receiver.js';

const CONNECTING_AT_ONCE = 50;

const NOBODY: Hearing = { event: () => undefined, answer: () => undefined };

/** What the crowd tells when everybody is connected. */
export interface Gathered {
  /** Milliseconds since the first one was. */
  took: number;
}

/** Holds sockets that do nothing but answer pings, until it is ended. */
process.once('message', (seats: Seat[]) => {
  const startedAt = performance.now();
  const connect = async (): Promise<void> => {
    for (let seat = seats.pop(); seat; seat = seats.pop()) await openSocketIo(seat, NOBODY);
  };
  void Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connect)).then(() => {
    const gathered: Gathered = { took: performance.now() - startedAt };
    process.send?.(gathered);
  });
});
process.once('disconnect', () => process.exit(0));
