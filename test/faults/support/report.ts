import { appendFile } from 'node:fs/promises';
import type { Verdict } from './verdict.js';

/**
 * Adds a line to the table that a run of the faults ends with.
 * @param also whatever else this fault has to show, in a few words
 */
export async function report(fault: string, verdict: Verdict, also = ''): Promise<void> {
  const row = {
    fault,
    sends: verdict.sends,
    acknowledged: verdict.acknowledged,
    lost: verdict.lost,
    doubled: verdict.doubled,
    'out of order': verdict.outOfOrder,
    gaps: verdict.gaps,
    'longest silence': `${(verdict.longestSilence / 1000).toFixed(1)} s`,
    also,
  };
  await appendFile(process.env.TEST_FAULT_TABLE ?? '', `${JSON.stringify(row)}\n`);
}

/** What no fault may lead to. */
export const NOTHING_WRONG = { lost: 0, doubled: 0, outOfOrder: 0, gaps: 0 };
