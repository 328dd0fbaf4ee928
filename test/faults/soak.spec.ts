import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Heap, INSPECTED } from './support/heap.js';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { openDescriptors } from './support/process.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { Subscriber } from './support/subscriber.js';
import { judge } from './support/verdict.js';
import { Visitors } from './support/visitors.js';

/** Milliseconds. */
const SOAK = scaled(6_000, Number(process.env.SOAK_MINUTES ?? 30) * MINUTE);
const WARM_UP = scaled(4_000, MINUTE);
const LOOK_EVERY = 5 * MINUTE;
/** In which all has to be given back; connections that are kept open last longest. */
const QUIET_LIMIT = scaled(10_000, 3 * MINUTE);
/** Messages per second. */
const RATE = scaled(20, 50);
/** Connections that the pool and REST clients may keep for another moment. */
const DESCRIPTORS_MORE = scaled(15, 5);
const MEBIBYTE = 1024 * 1024;

/** What a replica holds. */
interface Holdings {
  heap: number;
  descriptors: number;
  channels: number;
}

let lab: Lab;
let heap: Heap;
let redis: Redis;
beforeAll(async () => {
  lab = await Lab.create({ replicas: 1, env: { ...INSPECTED, FEED_LINGER: scaled('1s', '30s') } });
  heap = await Heap.of(lab.world.replica(0));
  redis = new Redis(lab.redis.url);
}, MINUTE);
afterAll(async () => {
  heap.close();
  redis.disconnect();
  await lab.close();
});

it(
  `${SOAK / 1_000} s of load and of people who come and go leave nothing behind`,
  async () => {
    await lab.createTalks(5, 3);
    await live(WARM_UP);
    const before = await whenQuiet({ heap: Infinity, descriptors: Infinity, channels: 1 + 1 });
    const { load, subscribers, visitors, heaps } = await live(SOAK);
    const bounds = {
      ...before,
      heap: withMargin(before.heap),
      descriptors: before.descriptors + DESCRIPTORS_MORE,
    };
    const after = await whenQuiet(bounds);

    const verdict = judge(load.sends, await lab.storedEvents(), subscribers);
    await report(
      `${SOAK / MINUTE} minutes of coming and going`,
      verdict,
      `${visitors.count} visitors; before: ${describeHoldings(before)}; after: ${describeHoldings(after)}; ` +
        `heap meanwhile: ${heaps.map(mebibytes).join(', ')}`,
    );
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
    expect(after.heap).toBeLessThanOrEqual(bounds.heap);
    expect(after.descriptors).toBeLessThanOrEqual(bounds.descriptors);
    expect(after.channels).toBe(before.channels);
    expect(heaps.at(-1) ?? 0).toBeLessThanOrEqual(withMargin(heaps[0] ?? 0));
  },
  scaled(2 * MINUTE, SOAK + 10 * MINUTE),
);

interface Life {
  load: Load;
  subscribers: Subscriber[];
  visitors: Visitors;
  /** What the heap held, every five minutes. */
  heaps: number[];
}

/** Load and visitors for this long, then nobody any more. */
async function live(duration: number): Promise<Life> {
  const agents = lab.talks.flatMap(({ senders }) => senders);
  const subscribers = await Promise.all(agents.map((agent) => Subscriber.start(agent, lab.urlOf(0))));
  const load = new Load({ talks: lab.talks, pickUrl: lab.urlOf(0), socketEvery: 3, keepAlive: false });
  const visitors = new Visitors(lab.world, lab.talks);
  load.start(RATE);
  visitors.start();
  const heaps: number[] = [];
  for (let left = duration; left > 0; left -= LOOK_EVERY) {
    await sleep(Math.min(left, LOOK_EVERY));
    if (left > LOOK_EVERY) heaps.push(await heap.usedBytes());
  }
  await visitors.stop();
  await load.stop();
  await load.resolveUnknown();
  load.close();
  await lab.settle(subscribers);
  for (const subscriber of subscribers) subscriber.stop();
  return { load, subscribers, visitors, heaps };
}

/** What the replica holds once that is within the bounds, or the time for it is over. */
async function whenQuiet(bounds: Holdings): Promise<Holdings> {
  const until = performance.now() + QUIET_LIMIT;
  for (;;) {
    const held = await holdings();
    const isQuiet =
      held.heap <= bounds.heap && held.descriptors <= bounds.descriptors && held.channels <= bounds.channels;
    if (isQuiet || performance.now() > until) return held;
    await sleep(200);
  }
}

async function holdings(): Promise<Holdings> {
  const channels = (await redis.pubsub('CHANNELS')) as string[];
  return {
    heap: await heap.usedBytes(),
    descriptors: await openDescriptors(lab.world.replica(0).process.pid as number),
    channels: channels.length,
  };
}

const withMargin = (bytes: number): number => bytes * 1.2 + 5 * MEBIBYTE;
const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
const describeHoldings = ({ heap: used, descriptors, channels }: Holdings): string =>
  `${mebibytes(used)}, ${descriptors} descriptors, ${channels} channels`;
