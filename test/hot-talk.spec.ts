import pg from 'pg';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { Answer } from './support/api.js';
import { createTalk, MESSAGES, messagesOf, range, send } from './support/builders.js';
import { receivedSeqs, storedEvents } from './support/history.js';
import { World, type TestAgent } from './support/world.js';

/** Far more than a replica has connections. */
const SENDS = 50;

let world: World;
let author: TestAgent;
let other: TestAgent;
let hot: ChatResource;
let calm: ChatResource;

beforeAll(
  async () => void (world = await World.create({ replicas: 2, env: { DATABASE_QUEUE_LIMIT: '3s' } })),
);
afterAll(() => world.close());

beforeEach(async () => {
  [author, other] = await world.agents('Author', 'Other');
  [hot, calm] = [await createTalk(author, [other]), await createTalk(author, [other])];
});

const trySend = (talk: ChatResource, text: string): Promise<Answer> =>
  author.api(0).post(MESSAGES, { chat_id: talk.id, text });

/** Locks a talk as a replica does that freezes in a transaction, until it is told to let go. */
async function lock({ id }: ChatResource): Promise<() => Promise<void>> {
  const client = new pg.Client(world.database.url);
  await client.connect();
  await client.query('BEGIN');
  await client.query(`SELECT 1 FROM streams WHERE kind = 'chat' AND id = $1 FOR UPDATE`, [id]);
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}

/** What was acknowledged is there, once; what was refused is not; no seq is missing. */
async function expectOnce(talk: ChatResource, answers: Answer[]): Promise<void> {
  const sent = answers.flatMap(({ status, body }) => (status === 200 ? [body.id as string] : []));
  const kept = (await messagesOf(author, talk)).map(({ id }) => id);
  expect(kept.toSorted()).toEqual(sent.toSorted());
  const seqs = (await storedEvents(world.database, talk.id)).map(({ seq }) => seq);
  expect(seqs).toEqual(range(1, sent.length));
}

it('holds up nobody else while it is stuck; whoever waits for it is refused within the limits', async () => {
  const listener = await other.follow(1);
  const socket = await author.connect(0);
  const letGo = await lock(hot);
  let settled = 0;
  const stuck = range(1, SENDS).map((n) => trySend(hot, `hot ${n}`).finally(() => (settled += 1)));

  // With the pool taken, the first of these would wait until the stuck ones end.
  for (const n of range(1, 25)) {
    await send(author, calm, `rest ${n}`);
    const ack = await socket.emit('message_create', { chat_id: calm.id, text: `socket ${n}` });
    expect(ack).toMatchObject({ ok: true });
    if (n === 1) expect(settled).toBe(0);
  }
  await listener.reach(calm.id, 50);

  const answers = await Promise.all(stuck);
  for (const { status, body, headers } of answers) {
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  await letGo();
  await expectOnce(hot, answers);
  await send(author, hot, 'free again');
  await listener.reach(hot.id, 1);
  expect(receivedSeqs(listener, calm.id)).toEqual(range(1, 50));
});

it('has those who wait written in order, once it is free in time', async () => {
  const listener = await other.follow(1);
  const letGo = await lock(hot);
  const waiting = range(1, SENDS).map((n) => trySend(hot, `hot ${n}`));
  await send(author, calm, 'meanwhile');
  await letGo();
  const answers = await Promise.all(waiting);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  for (const { status } of answers) expect([200, 503]).toContain(status);
  await expectOnce(hot, answers);
  const written = answers.filter(({ status }) => status === 200).length;
  await listener.reach(hot.id, written);
  expect(receivedSeqs(listener, hot.id)).toEqual(range(1, written));
});
