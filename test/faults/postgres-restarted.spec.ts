import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './support/lab.js';
import { Load, type Send } from './support/load.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

const RESTARTS = scaled(2, 10);
const PER_SECOND = scaled(100, 200);
/** Milliseconds between two restarts. */
const BETWEEN = scaled(1_500, 4_000);
/** Milliseconds after PostgreSQL is back in which Talk has to serve again; more where others use the machine. */
const SERVING_LIMIT = scaled(15_000, 5_000);

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 2 })));
afterAll(() => lab.close());

it(
  `PostgreSQL restarted ${RESTARTS} times as by a crash: 503 meanwhile, and nothing acknowledged is lost`,
  async () => {
    const talks = await lab.createTalks(10, 3);
    const subscribers = await lab.followAll();
    const load = new Load({ talks, pickUrl: lab.pickUrl, socketEvery: 4 });
    load.start(PER_SECOND);
    const backAgain: number[] = [];
    for (let n = 0; n < RESTARTS; n += 1) {
      await sleep(BETWEEN);
      await lab.postgres.restart();
      backAgain.push(performance.now());
    }
    await sleep(BETWEEN);
    await load.stop();
    const attempts = load.sends.flatMap((send) => send.attempts);
    const untilServing = backAgain.map((at) => firstSuccess(load.sends, at) - at);
    await load.resolveUnknown();
    load.close();

    const verdict = judge(load.sends, await lab.settle(), subscribers);
    const refused = attempts.filter(({ result }) => result !== 200);
    await report(
      `${RESTARTS} × PostgreSQL restarted (immediate)`,
      verdict,
      `${refused.length} × 503; serving again after ${Math.round(Math.max(...untilServing))} ms at most`,
    );
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ result }) => result))).toEqual(new Set([503]));
    expect(Math.max(...untilServing)).toBeLessThan(SERVING_LIMIT);
    expect(subscribers.flatMap(({ resyncs }) => resyncs)).toEqual([]);
    expect(new Set(subscribers.flatMap(({ epochs }) => epochs)).size).toBe(1);
  },
  scaled(2 * MINUTE, 10 * MINUTE),
);

it('a refusal meanwhile says when to come again', async () => {
  const talks = await lab.createTalks(1, 2);
  const load = new Load({ talks, pickUrl: lab.pickUrl });
  await lab.postgres.stop();
  await load.run(20, 5);
  await lab.postgres.startAgain();
  for (const { attempts } of load.sends) {
    expect(attempts).toMatchObject([
      { result: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) as string },
    ]);
  }
  await load.resolveUnknown();
  expect(load.sends.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
});

/** When the first send that began after this moment was acknowledged at its first try. */
function firstSuccess(sends: Send[], after: number): number {
  const ends = sends
    .flatMap(({ attempts }) => attempts)
    .filter(({ at, result }) => at >= after && result === 200)
    .map(({ at, took }) => at + took);
  return Math.min(...ends);
}
