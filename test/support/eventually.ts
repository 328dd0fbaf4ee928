import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 20_000;
const LOOK_EVERY = 50;

/** Looks again and again until what is seen satisfies the condition; returns it. */
export async function eventually<Seen>(
  look: () => Seen | Promise<Seen>,
  condition: (seen: Seen) => boolean,
): Promise<Seen> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (condition(seen)) return seen;
    if (Date.now() > end) throw new Error(`it did not happen; last seen: ${JSON.stringify(seen)}`);
    await sleep(LOOK_EVERY);
  }
}
