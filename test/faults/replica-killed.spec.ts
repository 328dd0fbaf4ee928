import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

const KILLS = scaled(3, 20);
const SENDS = scaled(1_000, 50_000);
const AT_ONCE = 32;
/** Milliseconds between a replica's start and the next one's end, at the least. */
const BETWEEN_KILLS = 500;

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 3 })));
afterAll(() => lab.close());

it(
  `${KILLS} replicas killed under ${SENDS} sends: all that was acknowledged is there once, and everyone has it in order`,
  async () => {
    const talks = await lab.createTalks(10, 3);
    const subscribers = await lab.followAll();
    const load = new Load({ talks, pickUrl: lab.pickUrl, socketEvery: 3 });
    const running = load.run(SENDS, AT_ONCE);
    for (let n = 0; n < KILLS; n += 1) {
      await untilSent(load, ((n + 1) * SENDS) / (KILLS + 2));
      lab.killReplica(n % 3);
      await sleep(BETWEEN_KILLS);
      await lab.startReplica(n % 3);
    }
    await running;
    await load.resolveUnknown();
    load.close();

    const verdict = judge(load.sends, await lab.settle(), subscribers);
    const retried = load.sends.filter(({ attempts }) => attempts.length > 1).length;
    await report(`${KILLS} × kill -9 of a replica`, verdict, `${retried} sends retried`);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, sends: SENDS, acknowledged: SENDS });
    expect(retried).toBeGreaterThan(0);
    expect(subscribers.flatMap(({ resyncs }) => resyncs)).toEqual([]);
    expect(Math.max(...subscribers.map(({ connections }) => connections))).toBeGreaterThan(1);
  },
  scaled(2 * MINUTE, 15 * MINUTE),
);

async function untilSent(load: Load, count: number): Promise<void> {
  while (load.sends.length < count) await sleep(10);
}
