import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 15_000;
const LOOK_EVERY = 25;

/** Resolves with the first look that satisfies the condition; fails with the last one where none does in time. */
export async function eventually<Seen>(
  look: () => Seen | Promise<Seen>,
  isIt: (seen: Seen) => boolean,
): Promise<Seen> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (isIt(seen)) return seen;
    if (Date.now() > end) throw new Error(`did not come about; last seen: ${JSON.stringify(seen)}`);
    await sleep(LOOK_EVERY);
  }
}
