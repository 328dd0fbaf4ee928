/** `npm run test:faults` runs every fault in full, `npm test` a short form of each. */
export const isFull = process.env.FAULTS === 'full';

/** What a fault uses in its short form, and what in full. */
export const scaled = <Value>(short: Value, full: Value): Value => (isFull ? full : short);

export const MINUTE = 60_000;
