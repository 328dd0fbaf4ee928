import { setTimeout as sleep } from 'node:timers/promises';
import { add, range } from '../support/builders.js';
import type { TestAgent } from '../support/world.js';
import { connectionsOf } from './support/connections.js';
import { Heap, INSPECTED } from './support/heap.js';
import { Lab } from './support/lab.js';
import { LightClient } from './support/light-client.js';
import { Load } from './support/load.js';
import { residentBytes } from './support/process.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

const TALKS = scaled(1, 10);
const SLOW = scaled(10, 100);
/** Messages per second in full; the short form, beside other tests, sends as fast as it goes. */
const RATE = scaled(undefined, 500);
const AT_ONCE = 8;
/** Characters of each text. */
const TEXT_LENGTH = 9_900;
/** About what one of them is as a frame, in bytes; rather too much, so that the passing is not noticed late. */
const FRAME_BYTES = TEXT_LENGTH + 600;
/** Bytes that may wait in the process for one reader. */
const WAITING_AT_MOST = 1024 * 1024;
/** Milliseconds from passing that to being closed; the short form runs beside other tests. */
const CLOSED_WITHIN = scaled(15_000, 5_000);
const LOOK_EVERY = 100;
const MEBIBYTE = 1024 * 1024;

let lab: Lab;
let heap: Heap;
beforeAll(async () => {
  lab = await Lab.create({ replicas: 1, env: INSPECTED });
  heap = await Heap.of(lab.world.replica(0));
}, MINUTE);
afterAll(async () => {
  heap.close();
  await lab.close();
});

it(
  `${SLOW} sockets that never read are closed, the memory they took is given back, and nobody else notices`,
  async () => {
    const talks = await lab.createTalks(TALKS, 2);
    const subscribers = await lab.followAll();
    const load = new Load({ talks, pickUrl: lab.urlOf(0), textLength: TEXT_LENGTH });
    await load.run(200, AT_ONCE);
    const memoryBefore = await memory();

    const slow = await Promise.all(range(0, SLOW - 1).map(startSlow));
    if (RATE) load.start(RATE);
    else void load.run(Infinity, AT_ONCE);
    const delays = await untilClosed(slow);
    await load.stop();
    await load.resolveUnknown();
    const verdict = judge(load.sends, await lab.settle(), subscribers);
    for (const { client } of slow) client.stop();
    const memoryAfter = await memory();

    const mebibytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MiB`;
    await report(
      `${SLOW} sockets that never read`,
      verdict,
      `each closed at most ${(Math.max(...delays) / 1000).toFixed(1)} s after passing 1 MiB; ` +
        `memory ${mebibytes(memoryBefore)} before, ${mebibytes(memoryAfter)} after`,
    );
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
    expect(subscribers.map(({ connections, isLive }) => [connections, isLive])).toEqual(
      subscribers.map(() => [1, true]),
    );
    expect(Math.max(...delays)).toBeLessThan(CLOSED_WITHIN);
    expect(memoryAfter).toBeLessThan(memoryBefore * 1.25 + 32 * MEBIBYTE);
  },
  scaled(2 * MINUTE, 5 * MINUTE),
);

interface SlowReader {
  client: LightClient;
  chatId: string;
  /** Events its talk had when it stopped reading. */
  from: number;
}

/** A new member of one of the talks, which follows it and then reads nothing more. */
async function startSlow(index: number): Promise<SlowReader> {
  const agent = await lab.world.agent();
  const talk = lab.talks[index % TALKS] as (typeof lab.talks)[number];
  await add(talk.senders[0] as TestAgent, talk, agent);
  const url = lab.world.replica(0).url;
  const client = new LightClient({ url, token: agent.token, epoch: '', after: {} });
  await client.resume();
  client.stopReading();
  return { client, chatId: talk.id, from: lab.subscribers[0]?.positionOf(talk.id) ?? 0 };
}

/** For each, the milliseconds between its passing of what may wait for it and the end of its connection. */
async function untilClosed(slow: SlowReader[]): Promise<number[]> {
  const port = Number(new URL(lab.world.replica(0).url).port);
  const passedAt = new Map<SlowReader, number>();
  const delays = new Map<SlowReader, number>();
  while (delays.size < slow.length) {
    const connections = await connectionsOf(
      port,
      slow.map(({ client }) => client.localPort),
    );
    const now = performance.now();
    for (const reader of slow) {
      const { isOpen, queued } = connections.get(reader.client.localPort) as {
        isOpen: boolean;
        queued: number;
      };
      if (!isOpen) delays.set(reader, delays.get(reader) ?? now - (passedAt.get(reader) ?? now));
      else if (offeredBytes(reader) - queued > WAITING_AT_MOST && !passedAt.has(reader))
        passedAt.set(reader, now);
    }
    await sleep(LOOK_EVERY);
  }
  return [...delays.values()];
}

/** Bytes, nearly, that the replica has sent or has yet to send: those of the frames that others have. */
function offeredBytes({ chatId, from }: SlowReader): number {
  const position = Math.max(...lab.subscribers.map((subscriber) => subscriber.positionOf(chatId)));
  return (position - from) * FRAME_BYTES;
}

async function memory(): Promise<number> {
  await heap.collectGarbage();
  return residentBytes(lab.world.replica(0).process.pid as number);
}
