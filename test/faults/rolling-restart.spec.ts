import { setTimeout as sleep } from 'node:timers/promises';
import { startReplica } from '../support/replica.js';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { Readiness } from './support/readiness.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

const REPLICAS = 3;
const PER_SECOND = scaled(100, 200);
/** The default in full. */
const SHUTDOWN = scaled(
  { SHUTDOWN_DELAY: '3s', SHUTDOWN_GRACE: '6s' },
  { SHUTDOWN_DELAY: '5s', SHUTDOWN_GRACE: '20s' },
);

let lab: Lab;
let readiness: Readiness;
beforeAll(async () => {
  lab = await Lab.create({ replicas: REPLICAS, env: SHUTDOWN });
  readiness = await Readiness.watch(lab);
});
afterAll(async () => {
  readiness.stop();
  await lab.close();
});

it(
  `${REPLICAS} replicas replaced one after the other under load: no 5xx, no refused connection, nothing missing`,
  async () => {
    const talks = await lab.createTalks(10, 3);
    const subscribers = await lab.followAll(readiness.pickUrl);
    const load = new Load({ talks, pickUrl: readiness.pickUrl });
    load.start(PER_SECOND);
    const exitCodes: (number | null)[] = [];
    for (let n = 0; n < REPLICAS; n += 1) {
      await sleep(500);
      const old = lab.world.replica(n);
      const fresh = await startReplica(lab.world.env);
      lab.replicas.push(fresh);
      await readiness.until(fresh.url, true);
      exitCodes.push(await old.stop());
    }
    await sleep(500);
    await load.stop();

    const verdict = judge(load.sends, await lab.settle(), subscribers);
    const moves = subscribers.reduce((sum, { connections }) => sum + connections - 1, 0);
    await report(`rolling restart of ${REPLICAS} replicas`, verdict, `sockets moved ${moves} times`);
    const results = load.sends.flatMap(({ attempts }) => attempts.map(({ result }) => result));
    expect(results.filter((result) => result !== 200)).toEqual([]);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
    expect(exitCodes).toEqual([0, 0, 0]);
    expect(subscribers.flatMap(({ resyncs }) => resyncs)).toEqual([]);
    expect(moves).toBeGreaterThanOrEqual(subscribers.length);
  },
  scaled(2 * MINUTE, 5 * MINUTE),
);
