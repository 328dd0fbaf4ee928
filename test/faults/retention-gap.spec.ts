import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { NOTHING_WRONG, report } from './support/report.js';
import type { Subscriber } from './support/subscriber.js';
import { judge, type StoredEvent } from './support/verdict.js';

const PER_SECOND = 100;

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 2, env: { EVENT_RETENTION: '2s' } })));
afterAll(() => lab.close());

it('a gap older than the retention: resync names its talk, and no talk is skipped silently', async () => {
  const talks = await lab.createTalks(6, 3);
  const [busy, quiet] = [talks.slice(0, 3), talks.slice(3)];
  const subscribers = await lab.followAll();
  const load = new Load({ talks: busy, pickUrl: lab.pickUrl });
  const early = new Load({ talks: quiet, pickUrl: lab.pickUrl });
  await early.run(30, 5);
  await lab.settle();
  // One of each talk stays, so that its log tells what there was: PostgreSQL forgets it.
  const [staying, leaving] = [each(subscribers, 0), subscribers.filter((_, index) => index % 3 !== 0)];
  const comeBack = leaving.map((subscriber) => subscriber.leave());
  load.start(PER_SECOND);
  await untilForgotten(busy.map(({ id }) => id));
  await Promise.all(comeBack.map((one) => one()));
  await sleep(500);
  await load.stop();
  await load.resolveUnknown();
  await lab.settle();

  const sends = [...early.sends, ...load.sends];
  const truth = new Map<string, StoredEvent[]>(staying.flatMap(({ logs }) => [...logs]));
  const verdict = judge(sends, truth, subscribers);
  await report('a gap older than the retention', verdict, `${leaving.length} clients came back too late`);
  expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: sends.length });
  const late = new Set(busy.map(({ id }) => id));
  for (const { logs, resyncs } of leaving) {
    const [chatId] = [...logs.keys()] as [string];
    expect(resyncs).toEqual(late.has(chatId) ? [chatId] : []);
  }
  expect(staying.flatMap(({ resyncs }) => resyncs)).toEqual([]);
});

const each = (subscribers: Subscriber[], offset: number): Subscriber[] =>
  subscribers.filter((_, index) => index % 3 === offset);

/** Until the clean-up has taken the beginning of each of these talks. */
async function untilForgotten(chatIds: string[]): Promise<void> {
  for (;;) {
    const rows = await lab.world.database.query(
      `SELECT stream_id FROM events WHERE kind = 'chat' AND stream_id = ANY ($1::uuid[])
       GROUP BY stream_id HAVING min(seq) > 5`,
      [chatIds],
    );
    if (rows.length === chatIds.length) return;
    await sleep(100);
  }
}
