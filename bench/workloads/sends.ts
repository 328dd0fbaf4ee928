import { compare, type Contestant } from '../rounds.js';
import { summarize } from '../summary.js';
import { bare } from '../systems/bare.js';
import { talk } from '../systems/talk.js';
import type { System } from '../systems/system.js';
import type { Result, Row, Target, Workload } from './workload.js';

/** The same load on each system, and targets on the medians. */
export function sideBySide(
  name: string,
  title: string,
  load: Omit<Contestant, 'name' | 'system'>,
  targets: (row: (system: string) => Row) => Target[],
  systems: System[] = [talk, bare],
): Workload {
  const contestants = systems.map((system) => ({ name: system.name, system, ...load }));
  return {
    name,
    title,
    run: async (servers, progress) => resultOf(contestants, await compare(contestants, servers, progress), targets),
  };
}

export function resultOf(
  contestants: Contestant[],
  rounds: Parameters<typeof summarize>[1],
  targets: (row: (system: string) => Row) => Target[],
): Result {
  const rows = summarize(contestants, rounds);
  const row = (system: string): Row => {
    const found = rows.get(system);
    if (!found) throw new Error(`there is no ${system}`);
    return found;
  };
  return { rows: [...rows.values()], targets: targets(row) };
}

export type Figure = 'messagesPerSecond' | 'deliveriesPerSecond' | 'p50' | 'p99' | 'totalCpu' | 'serverCpu';

export const quotient = (figure: Figure, above: Row, below: Row): number =>
  (above[figure] ?? NaN) / (below[figure] ?? NaN);
