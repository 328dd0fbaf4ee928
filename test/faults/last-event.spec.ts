import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './support/lab.js';
import { latencies } from './support/latency.js';
import { Load } from './support/load.js';
import { failedSends } from './support/redis-outage.js';
import { RedisProxy, type Tamper } from './support/redis-proxy.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { Subscriber } from './support/subscriber.js';
import { judge } from './support/verdict.js';

const ROUNDS = scaled(5, 50);
/** Followed from the beginning; in every round one more is, just before its last event. */
const TALKS = 5;
const AGENTS = 2;
/** Milliseconds, so that events fall anywhere in the rotation of the checks. */
const PAUSE_AT_MOST = scaled(500, 1_000);
/** Milliseconds in which the last event of a talk has to arrive without its publication. */
const LIMIT = scaled(7_500, 2_500);

let lab: Lab;
let proxy: RedisProxy;
let dropped = 0;
const dropTalks: Tamper = ({ channel, text }) => {
  if (!channel.includes(':chat:')) return [{ text }];
  dropped += 1;
  return [];
};

beforeAll(async () => {
  const redisUrl = async (url: string): Promise<string> =>
    (proxy = await RedisProxy.start(url, dropTalks)).url;
  lab = await Lab.create({ replicas: 2, redisUrl });
});
afterAll(async () => {
  await lab.close();
  proxy.close();
});

/** One more talk, which nobody has followed before. */
async function followNewTalk(): Promise<void> {
  const talks = await lab.createTalks(1, AGENTS);
  for (const agent of talks.at(-1)?.senders ?? []) {
    lab.subscribers.push(await Subscriber.start(agent, lab.urlOf(1)));
  }
}

it(
  `the last event of a talk, its publication lost, arrives all the same: ${ROUNDS} rounds`,
  async () => {
    const talks = await lab.createTalks(TALKS, AGENTS);
    const subscribers = await lab.followAll(lab.urlOf(1));
    const load = new Load({ talks, pickUrl: lab.urlOf(0) });
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(Math.random() * PAUSE_AT_MOST);
      await followNewTalk();
      await load.run(talks.length, talks.length);
      await lab.settle();
    }

    const verdict = judge(load.sends, await lab.settle(), subscribers);
    const times = latencies(load.sends, subscribers);
    const longest = Math.max(...times);
    await report(
      `${load.sends.length} × the publication of a talk's last event dropped`,
      verdict,
      `longest way to the other replica ${Math.round(longest)} ms`,
    );
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(failedSends(load)).toEqual([]);
    expect(dropped).toBeGreaterThanOrEqual(load.sends.length);
    expect(times).toHaveLength(load.sends.length * AGENTS);
    expect(longest).toBeLessThan(LIMIT);
  },
  scaled(2 * MINUTE, 10 * MINUTE),
);
