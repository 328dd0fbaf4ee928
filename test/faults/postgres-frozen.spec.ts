import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { residentBytes } from './support/process.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

const PER_SECOND = scaled(100, 200);
const FROZEN = scaled(6_000, 20_000);
/** Milliseconds that a request may take: REQUEST_LIMIT, and some more where requests queue up to be taken in. */
const ANSWER_LIMIT = 15_000 + 5_000;
/** What a replica may take in meanwhile, in bytes. */
const GROWTH = 150 * 1024 * 1024;

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 2 })));
afterAll(() => lab.close());

it(
  `PostgreSQL frozen for ${FROZEN / 1000} s: requests end with 503 by a time limit, memory stays bounded, all recovers`,
  async () => {
    const talks = await lab.createTalks(10, 3);
    const subscribers = await lab.followAll();
    const load = new Load({ talks, pickUrl: lab.pickUrl });
    load.start(PER_SECOND);
    await sleep(2_000);
    const before = await memory();
    await lab.postgres.freeze();
    await sleep(FROZEN);
    const frozen = await memory();
    lab.postgres.thaw();
    const thawed = performance.now();
    await sleep(5_000);
    await load.stop();
    const attempts = load.sends.flatMap((send) => send.attempts);
    const recovered = attempts.filter(({ at, result }) => at > thawed + 4_000 && result === 200);
    await load.resolveUnknown();

    const verdict = judge(load.sends, await lab.settle(), subscribers);
    const refused = attempts.filter(({ result }) => result !== 200);
    const longest = Math.max(...attempts.map(({ took }) => took));
    const growth = Math.max(...frozen.map((bytes, index) => bytes - (before[index] ?? 0)));
    await report(
      `PostgreSQL frozen for ${FROZEN / 1000} s`,
      verdict,
      `${refused.length} × 503, after ${(longest / 1000).toFixed(1)} s at most; memory +${Math.round(growth / 2 ** 20)} MiB`,
    );
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
    expect(new Set(refused.map(({ result }) => result))).toEqual(new Set([503]));
    expect(longest).toBeLessThan(ANSWER_LIMIT);
    expect(growth).toBeLessThan(GROWTH);
    expect(recovered.length).toBeGreaterThan(0);
    expect(subscribers.flatMap(({ resyncs }) => resyncs)).toEqual([]);
  },
  scaled(2 * MINUTE, 3 * MINUTE),
);

const memory = (): Promise<number[]> =>
  Promise.all(lab.replicas.map(({ process }) => residentBytes(process.pid as number)));
