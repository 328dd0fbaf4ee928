import type { Slot } from './calls.js';

/** Keeps calls going until it is stopped. */
export interface Running {
  stop(): void;
  /** Calls that are not answered yet. */
  pending(): number;
}

/** Every slot calls again as soon as it is answered. */
export function closedLoop(slots: Slot[]): Running {
  let isStopped = false;
  let pending = 0;
  const next = (slot: Slot): void => {
    if (isStopped) return;
    pending += 1;
    slot.start(() => {
      pending -= 1;
      next(slot);
    });
  };
  slots.forEach(next);
  return { stop: () => (isStopped = true), pending: () => pending };
}

/** So many calls begin each second, by the clock; where every slot is busy a call waits, and is late. */
export function openLoop(slots: Slot[], perSecond: number): Running {
  const free = [...slots];
  const startedAt = performance.now();
  let isStopped = false;
  let begun = 0;
  const begin = (): void => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
    for (; begun < due && free.length > 0; begun += 1) {
      // In turn, so that no connection stays unused for so long that the server closes it.
      const slot = free.shift() as Slot;
      slot.start(() => void free.push(slot));
    }
    if (!isStopped) setTimeout(begin, 1);
  };
  begin();
  return { stop: () => (isStopped = true), pending: () => slots.length - free.length };
}
