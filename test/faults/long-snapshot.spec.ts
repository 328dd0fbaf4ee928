import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { isFull, MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

/** Milliseconds: without the snapshot (before it and after it), and with it. */
const WITHOUT = scaled(1_500, 30_000);
const WITH = scaled(3_000, 60_000);
const AT_ONCE = 24;

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 2 })));
afterAll(() => lab.close());

it(
  `a backup's snapshot held open for ${WITH / 1000} s slows nothing down`,
  async () => {
    const talks = await lab.createTalks(10, 3);
    const subscribers = await lab.followAll();
    const load = new Load({ talks, pickUrl: lab.pickUrl });
    const running = load.run(Infinity, AT_ONCE);
    await sleep(WITHOUT);
    const before = await rate(load, WITHOUT);
    const release = await holdSnapshot(lab.postgres.url);
    const during = await rate(load, WITH);
    await release();
    const after = await rate(load, WITHOUT);
    await load.stop();
    await running;

    const verdict = judge(load.sends, await lab.settle(), subscribers);
    const ratio = during / ((before + after) / 2);
    await report(
      `a backup's snapshot for ${WITH / 1000} s`,
      verdict,
      `${Math.round(during)} messages/s, ${ratio.toFixed(2)} of those without`,
    );
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
    // Over a few seconds a ratio says nothing.
    if (isFull) expect(ratio).toBeGreaterThan(0.9);
  },
  scaled(2 * MINUTE, 5 * MINUTE),
);

/** Messages a second that are acknowledged in this time. */
async function rate(load: Load, milliseconds: number): Promise<number> {
  const from = performance.now();
  const acknowledged = count(load);
  await sleep(milliseconds);
  return ((count(load) - acknowledged) * 1000) / (performance.now() - from);
}

const count = (load: Load): number => load.sends.filter(({ outcome }) => outcome === 'ok').length;

/** Holds what `pg_dump` holds while it reads: one snapshot, and a lock on every table that forbids only to drop it. */
async function holdSnapshot(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  await client.query(`LOCK TABLE ${rows.map(({ name }) => name).join(', ')} IN ACCESS SHARE MODE`);
  await client.query('SELECT count(*) FROM events');
  return () => client.end();
}
