import { setTimeout as sleep } from 'node:timers/promises';
import { garbler } from './support/garble.js';
import { Lab } from './support/lab.js';
import { failedSends, startLoad } from './support/redis-outage.js';
import { RedisProxy } from './support/redis-proxy.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge, wronglyReceived } from './support/verdict.js';

/** Publications that have to come by before the load ends. */
const PUBLICATIONS = scaled(1_200, 20_000);
const LIMIT = scaled(2 * MINUTE, 10 * MINUTE);

const seed = Math.floor(Math.random() * 2 ** 31);
const { tamper, counts } = garbler(seed);

let lab: Lab;
let proxy: RedisProxy;
beforeAll(async () => {
  process.stdout.write(`garbled publications seed ${seed}\n`);
  const redisUrl = async (url: string): Promise<string> => (proxy = await RedisProxy.start(url, tamper)).url;
  lab = await Lab.create({ replicas: 3, redisUrl });
});
afterAll(async () => {
  await lab.close();
  proxy.close();
});

it(
  'publications dropped, doubled, late and replaced with garbage: everyone gets what is stored, and nothing else',
  async () => {
    const pids = lab.replicas.map(({ process }) => process.pid);
    const { load } = await startLoad(lab);
    const from = performance.now();
    while (proxy.passed < PUBLICATIONS && performance.now() < from + LIMIT) await sleep(10);
    await load.stop();
    const stored = await lab.settle();
    load.close();

    const verdict = judge(load.sends, stored, lab.subscribers);
    const [dropped, doubled, late, garbage] = counts;
    await report(
      `${proxy.passed} publications garbled`,
      verdict,
      `${dropped} dropped, ${doubled} doubled, ${late} late, ${garbage} replaced with garbage`,
    );
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(wronglyReceived(stored, lab.subscribers)).toEqual([]);
    expect(failedSends(load)).toEqual([]);
    expect(Math.min(...counts)).toBeGreaterThan(PUBLICATIONS / 50);
    expect(lab.replicas.map(({ process }) => (process.exitCode === null ? process.pid : 0))).toEqual(pids);
    expect(lab.replicas.flatMap((replica) => replica.output().match(ERROR_LINE) ?? [])).toEqual([]);
  },
  LIMIT + 2 * MINUTE,
);

/** Pino's levels from `error` on, and what Node prints of an error that nobody caught. */
const ERROR_LINE = /^.*("level":[56]0|Uncaught|Unhandled|Error: ).*$/gm;
