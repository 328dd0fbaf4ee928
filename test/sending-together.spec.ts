import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Answer } from './support/api.js';
import { close, createTalk, MESSAGES, messagesOf, refusalOf, reopen, send } from './support/builders.js';
import { holdTalk } from './support/held-talk.js';
import { World, type TestAgent } from './support/world.js';

/** Sends that arrive together, and are written in one transaction. */
const TOGETHER = 40;

let world: World;
let a: TestAgent;
let b: TestAgent;
beforeAll(async () => void (world = await World.create({ replicas: 2 })));
afterAll(() => world.close());
beforeEach(async () => {
  [a, b] = await world.agents('Agent A', 'Agent B');
});

interface Talk {
  id: string;
}

const talksOf = (agent: TestAgent, count: number): Promise<Talk[]> =>
  Promise.all(Array.from({ length: count }, () => createTalk(agent)));

const sendTo = (agent: TestAgent, { id }: Talk, body: object = {}): Promise<Answer> =>
  agent.api().post(MESSAGES, { chat_id: id, text: 'Hello', ...body });

const sendToAll = (agent: TestAgent, talks: Talk[]): Promise<Answer[]> =>
  Promise.all(talks.map((talk) => sendTo(agent, talk)));

const statuses = (answers: Answer[]): number[] => [...new Set(answers.map(({ status }) => status))];

it('sends to many talks at once each get their own message', async () => {
  const talks = await talksOf(a, TOGETHER);
  const answers = await sendToAll(a, talks);
  expect(answers.map(({ body }) => (body as { chat_id: string }).chat_id)).toEqual(talks.map(({ id }) => id));
  for (const talk of talks) expect((await messagesOf(a, talk)).length).toBe(1);
});

it('those that are refused are told why, and the others are written', async () => {
  const talks = await talksOf(a, TOGETHER);
  const [closed, foreign, ownTalk] = (await Promise.all([createTalk(a), createTalk(b), createTalk(a)])) as [
    Talk,
    Talk,
    Talk,
  ];
  await close(a, closed);
  const elsewhere = await send(a, talks[0] as Talk, 'in another talk');
  const [answers, ...refusals] = await Promise.all([
    sendToAll(a, talks),
    refusalOf(sendTo(a, closed)),
    refusalOf(sendTo(a, foreign)),
    refusalOf(sendTo(a, { id: randomUUID() })),
    refusalOf(sendTo(a, ownTalk, { parent_id: elsewhere.id })),
  ]);
  expect(statuses(answers)).toEqual([200]);
  expect(refusals).toEqual([
    '409 talk_closed',
    '403 not_participant',
    '404 talk_not_found',
    '400 invalid_request',
  ]);
});

it('a refused one leaves its key free', async () => {
  const talks = await talksOf(a, TOGETHER);
  const closed = await createTalk(a);
  await close(a, closed);
  const key = { client_message_id: randomUUID() };
  const [, refusal] = await Promise.all([sendToAll(a, talks), refusalOf(sendTo(a, closed, key))]);
  expect(refusal).toBe('409 talk_closed');
  await reopen(a, closed);
  expect((await sendTo(a, closed, key)).status).toBe(200);
});

it('the same key many times at once makes one message, and one event', async () => {
  const talk = await createTalk(a);
  const key = { client_message_id: randomUUID() };
  const answers = await Promise.all(
    Array.from({ length: TOGETHER }, (_, index) =>
      a.api(index % 2).post(MESSAGES, { chat_id: talk.id, text: 'Hello', ...key }),
    ),
  );
  expect(statuses(answers)).toEqual([200]);
  expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(1);
  expect((await messagesOf(a, talk)).length).toBe(1);
});

it('a talk that somebody else is at keeps nobody from sending to the others', async () => {
  const talks = await talksOf(a, TOGETHER);
  const stuck = await createTalk(a);
  const held = await holdTalk(world.database, stuck);
  const late = sendTo(a, stuck);
  await held.awaited(1);
  expect(statuses(await sendToAll(a, talks))).toEqual([200]);
  await held.release();
  expect((await late).status).toBe(200);
});

it('one whose key somebody holds spoils nothing for those written with it', async () => {
  const talks = await talksOf(a, TOGETHER);
  const talk = await createTalk(a);
  const key = { client_message_id: randomUUID() };
  const holder = new pg.Client(world.database.url);
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(`INSERT INTO idempotency VALUES ($1, $2, '', $3, now())`, [
    a.id,
    key.client_message_id,
    randomUUID(),
  ]);
  const [spoilt, answers] = await Promise.all([sendTo(a, talk, key), sendToAll(a, talks)]);
  expect(statuses(answers)).toEqual([200]);
  expect(spoilt.status).toBe(503);
  await holder.query('ROLLBACK');
  await holder.end();
  expect((await sendTo(a, talk, key)).status).toBe(200);
});

it('the sends of one socket are written in the order they were sent', async () => {
  const talk = await createTalk(a, [b]);
  const others = await talksOf(b, TOGETHER);
  const client = await a.connect();
  const texts = Array.from({ length: TOGETHER }, (_, index) => `message ${index}`);
  await Promise.all([
    ...texts.map((text) => client.emit('message_create', { chat_id: talk.id, text })),
    sendToAll(b, others),
  ]);
  expect((await messagesOf(a, talk)).map(({ text }) => text)).toEqual(texts);
});
