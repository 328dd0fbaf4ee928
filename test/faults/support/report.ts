import { appendFile } from 'node:fs/promises';
import type { Verdict } from './verdict.js';

/** One line of the table that a run of the faults ends with. */
interface Row extends Verdict {
  fault: string;
  /** Whatever else this fault has to show, in a few words. */
  also: string;
}

/** Adds a line to the table; `fault-table-reporter.js` prints it when the run ends. */
export async function report(fault: string, verdict: Verdict, also = ''): Promise<void> {
  const row: Row = { fault, ...verdict, also };
  await appendFile(process.env.TEST_FAULT_TABLE ?? '', `${JSON.stringify(row)}\n`);
}

/** What no fault may lead to. */
export const NOTHING_WRONG = { lost: 0, doubled: 0, outOfOrder: 0, gaps: 0 };
