import { compare, type Contestant } from '../rounds.js';
import { summarize } from '../summary.js';
import { bare } from '../systems/bare.js';
import { plain } from '../systems/plain.js';
import type { System } from '../systems/system.js';
import { talk } from '../systems/talk.js';
import type { Row, Target, Workload } from './workload.js';

/** Everything about a contestant but who it is. */
export type Load = Omit<Contestant, 'name' | 'system'>;

/** The same load on Talk and on both references, or on those named. */
export const sameLoad = (load: Load, systems: System[] = [talk, bare, plain]): Contestant[] =>
  systems.map((system) => ({ name: system.name, system, ...load }));

/** A workload of contestants that take turns, and targets on the medians of their rounds. */
export const sideBySide = (
  name: string,
  title: string,
  contestants: Contestant[],
  targets: (row: (contestant: string) => Row) => Target[],
): Workload => ({
  name,
  title,
  run: async (servers, progress) => {
    const rows = summarize(contestants, await compare(contestants, servers, progress));
    return { rows: [...rows.values()], targets: targets((contestant) => found(rows, contestant)) };
  },
});

export function found(rows: Map<string, Row>, contestant: string): Row {
  const row = rows.get(contestant);
  if (!row) throw new Error(`there is no ${contestant}`);
  return row;
}
