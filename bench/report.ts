import { writeFile } from 'node:fs/promises';
import type { Machine } from './machine.js';
import type { Result, Row, Target, Workload } from './workloads/workload.js';

const FILE = 'bench/results.json';

const COLUMNS: [string, (row: Row) => string][] = [
  ['system', (row) => row.system],
  ['messages/s', (row) => format(row.messagesPerSecond, 0)],
  ['deliveries/s', (row) => format(row.deliveriesPerSecond, 0)],
  ['p50 ms', (row) => format(row.p50, 1)],
  ['p99 ms', (row) => format(row.p99, 1)],
  ['CPU ms: server', (row) => format(row.serverCpu, 3)],
  ['PostgreSQL', (row) => format(row.postgresCpu, 3)],
  ['Redis', (row) => format(row.redisCpu, 3)],
  ['total', (row) => format(row.totalCpu, 3)],
  ['generator %', (row) => format(row.generator, 0)],
  ['others %', (row) => format(row.others, 0)],
  ['MiB', (row) => format(row.memory, 0)],
];

const format = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);

const isMet = ({ value, atLeast, atMost }: Target): boolean =>
  (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);

/** The workload's part of the table, in Markdown. */
export function table({ name, title }: Workload, { rows, targets }: Result): string {
  const cells = [COLUMNS.map(([head]) => head), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...cells.map((line) => (line[column] as string).length)),
  );
  const [head = '', ...body] = cells.map(
    (line) => `| ${line.map((cell, column) => pad(cell, widths[column] as number, column)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width, column) => (column ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const failures = rows.flatMap(({ system, failure }) => (failure ? [`FAILED: ${system}: ${failure}`] : []));
  return [
    `### ${name} ${title}`,
    '',
    head,
    rule,
    ...body,
    '',
    ...failures,
    ...targets.map(sentence),
    '',
  ].join('\n');
}

const pad = (cell: string, width: number, column: number): string =>
  column ? cell.padStart(width) : cell.padEnd(width);

function sentence(target: Target): string {
  const { what, value, atLeast, atMost } = target;
  const wanted = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  return `- ${what}: **${value.toFixed(2)}** (${wanted}: ${isMet(target) ? 'met' : 'MISSED'})`;
}

export async function writeResults(machine: Machine, results: [Workload, Result][]): Promise<void> {
  const workloads = results.map(([{ name, title }, { rows, targets }]) => ({
    name,
    title,
    rows,
    targets: targets.map((target) => ({ ...target, met: isMet(target) })),
  }));
  await writeFile(FILE, `${JSON.stringify({ at: new Date().toISOString(), machine, workloads }, null, 2)}\n`);
}
