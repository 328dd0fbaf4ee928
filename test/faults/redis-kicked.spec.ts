import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Lab } from './support/lab.js';
import { latencies, rateOf } from './support/latency.js';
import { failedSends, RATE, startLoad } from './support/redis-outage.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge, quantile } from './support/verdict.js';

const ROUNDS = scaled(2, 10);
/** Milliseconds. */
const BETWEEN = scaled(400, 1_000);
const P99 = scaled(3_000, 1_000);

let lab: Lab;
let redis: Redis;
beforeAll(async () => {
  lab = await Lab.create({ replicas: 3 });
  redis = new Redis(lab.redis.url);
});
afterAll(async () => {
  redis.disconnect();
  await lab.close();
});

it(
  'Redis emptied, and its connections cut, over and over under load: no request fails, nothing is missing or late',
  async () => {
    const { load, far } = await startLoad(lab);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const attack of ['FLUSHALL', 'CLIENT KILL TYPE pubsub', 'CLIENT KILL TYPE normal']) {
        await sleep(BETWEEN);
        const [command, ...rest] = attack.split(' ') as [string, ...string[]];
        await redis.call(command, ...rest);
      }
    }
    await sleep(BETWEEN);
    await load.stop();
    const verdict = judge(load.sends, await lab.settle(), lab.subscribers);
    load.close();

    const p99 = quantile(latencies(load.sends, far), 0.99);
    await report(
      `${ROUNDS} × FLUSHALL, CLIENT KILL of pubsub and of normal at ${RATE}/s`,
      verdict,
      `${rateOf(load.sends)}/s; to other replicas p99 ${Math.round(p99)} ms`,
    );
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(failedSends(load)).toEqual([]);
    expect(p99).toBeLessThan(P99);
  },
  3 * MINUTE,
);
