import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '../../support/redis-server.js';
import { pidOf } from '../../support/redis-pid.js';
import type { TestAgent } from '../../support/world.js';
import { freeze } from '../../support/freeze.js';
import type { Lab } from './lab.js';
import { latencies } from './latency.js';
import { Load } from './load.js';
import { scaled } from './scale.js';
import type { Subscriber } from './subscriber.js';

/** Replicas that write, and the one whose subscribers hear of it only through others. */
const WRITERS = [0, 1] as const;
const READER = 2;

/** Messages per second. */
export const RATE = scaled(200, 500);
/** More would only queue up where the machine cannot keep that rate. */
const AT_ONCE = scaled(16, 64);
const TALKS = scaled(5, 10);
/** Milliseconds. */
export const AWAY = scaled(3_000, 30_000);
const BEFORE = scaled(500, 5_000);
const AFTER = scaled(1_500, 5_000);
/** Milliseconds; Sentinels that cannot agree at first try again after six seconds. */
const NOTICE_LIMIT = 60_000;
const LOOK_EVERY = 20;

/** Has Redis be gone; what this returns brings it back. */
export type TakeAway = (lab: Lab) => Promise<() => Promise<void>>;

/** `kill -9`, then a new one on the same port that knows nothing. */
export const killRedis: TakeAway = async (lab) => {
  const { url } = lab.redis;
  process.kill(await pidOf(url), 'SIGKILL');
  await lab.redis.stop();
  return async () => void (lab.redis = await startRedis(Number(new URL(url).port)));
};

/** Connections stand, and nothing comes back on them. */
export const freezeRedis: TakeAway = async (lab) => {
  const thaw = freeze([await pidOf(lab.redis.url)]);
  return () => Promise.resolve(thaw());
};

/**
 * A load on two replicas; of each talk, one follows on one of them, and one on a third, to whom every
 * event comes from elsewhere.
 */
export async function startLoad(lab: Lab): Promise<{ load: Load; far: Subscriber[] }> {
  const talks = await lab.createTalks(TALKS, 2);
  const members = (which: 0 | 1): TestAgent[] => talks.map(({ senders }) => senders[which] as TestAgent);
  await lab.follow(members(0), lab.urlOf(WRITERS[0]));
  const far = await lab.follow(members(1), lab.urlOf(READER));
  let turn = 0;
  const pickUrl = (): string => lab.urlOf(WRITERS[turn++ % WRITERS.length] ?? 0)();
  const load = new Load({ talks, pickUrl, socketEvery: 5 });
  load.start(RATE, AT_ONCE);
  return { load, far };
}

/** What came of the tries of each message whose first was not answered by 200. */
export const failedSends = ({ sends }: Load): string[] =>
  sends
    .map(({ attempts }) => attempts.map(({ result }) => result).join(' '))
    .filter((results) => results !== '200');

/** What a load saw of Redis going and coming: milliseconds from send to receipt through another replica. */
export interface Outage {
  load: Load;
  away: number[];
  after: number[];
}

/** Takes Redis away under load, brings it back, and goes on for a while once every replica has noticed. */
export async function outage(lab: Lab, takeAway: TakeAway): Promise<Outage> {
  await untilReplicasSay(lab, 'up');
  const { load, far } = await startLoad(lab);
  await sleep(BEFORE);
  const bringBack = await takeAway(lab);
  const from = performance.now();
  await sleep(AWAY);
  await untilReplicasSay(lab, 'away');
  const to = performance.now();
  await bringBack();
  await untilReplicasSay(lab, 'up');
  const back = performance.now();
  await sleep(AFTER);
  await load.stop();
  await lab.settle();
  load.close();
  return {
    load,
    away: latencies(load.sends, far, { from, to }),
    after: latencies(load.sends, far, { from: back, to: Infinity }),
  };
}

/** Resolves once the last that every replica logged of Redis is this. */
export async function untilReplicasSay(lab: Lab, state: 'up' | 'away'): Promise<void> {
  const lastSaid = (output: string): string | undefined =>
    [...output.matchAll(/Redis is (up|away)/g)].at(-1)?.[1];
  for (let waited = 0; waited < NOTICE_LIMIT; waited += LOOK_EVERY) {
    if (lab.replicas.every((replica) => lastSaid(replica.output()) === state)) return;
    await sleep(LOOK_EVERY);
  }
  throw new Error(`not every replica noticed that Redis is ${state}`);
}
