import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { Answer, Json } from './support/api.js';
import { CHATS, createTalk, MESSAGES, messagesOf, range, refusalOf } from './support/builders.js';
import { storedEvents } from './support/history.js';
import { Postgres } from './support/postgres.js';
import { expectProblem } from './support/problems.js';
import { startReplica } from './support/replica.js';
import { World, type TestAgent } from './support/world.js';

/** Milliseconds: what each replica is told, and what no answer may take, on a busy machine either. */
const WHOLE = 800;
const ANSWER = 2_000;
const PATIENCE = 2 * ANSWER - 200;

/** Of the first replica only the whole call is limited tightly, of the second each step. */
const [WHOLE_LIMITED, STEP_LIMITED] = [0, 1];

let folder: string;
let postgres: Postgres;
let world: World;
let author: TestAgent;
let reader: TestAgent;
let talk: ChatResource;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'talk-frozen-'));
  postgres = await Postgres.start(join(folder, 'postgres'));
  const shared = { DATABASE_URL: postgres.url, MIGRATE_ON_START: 'true' };
  const whole = { REQUEST_LIMIT: `${WHOLE}ms`, ACK_LIMIT: `${WHOLE}ms` };
  world = await World.create({ env: { ...shared, ...whole } });
  const steps = {
    DATABASE_CONNECT_LIMIT: '1s',
    DATABASE_LOCK_LIMIT: '1s',
    DATABASE_STATEMENT_LIMIT: '1500ms',
    DATABASE_ANSWER_LIMIT: `${ANSWER}ms`,
    REQUEST_LIMIT: '1m',
    ACK_LIMIT: '1m',
  };
  world.replicas.push(await startReplica({ ...world.env, ...steps }));
  [author, reader] = await world.agents('Author', 'Reader');
  talk = await createTalk(author, [reader]);
});

afterEach(() => postgres.thaw());

afterAll(async () => {
  await world.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The result, and the milliseconds that it took. */
async function timed<Result>(call: Promise<Result>): Promise<[Result, number]> {
  const start = performance.now();
  return [await call, performance.now() - start];
}

async function expectUnavailable(call: Promise<Answer>): Promise<void> {
  const [answer, milliseconds] = await timed(call);
  expectProblem(answer, 503, 'unavailable');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(milliseconds).toBeLessThan(PATIENCE);
}

async function expectUnavailableAck(ack: Promise<Json>): Promise<void> {
  const [answer, milliseconds] = await timed(ack);
  expect(answer).toMatchObject({ ok: false, error: { status: 503, code: 'unavailable' } });
  expect(milliseconds).toBeLessThan(PATIENCE);
}

/** Calls until it is answered with 200. */
async function untilItWorks(call: () => Promise<Answer>): Promise<void> {
  while ((await refusalOf(call())) !== '200 undefined') await sleep(100);
}

/** Emits until it is acked with success. */
async function untilAcked(emit: () => Promise<Json>): Promise<void> {
  while (!(await emit()).ok) await sleep(100);
}

describe.each([
  { what: 'the whole call', replica: WHOLE_LIMITED },
  { what: 'each step', replica: STEP_LIMITED },
])('while the database is frozen, with limits on $what', ({ replica }) => {
  it('every call is answered in time, with 503, and works again afterwards', async () => {
    const api = author.api(replica);
    await postgres.freeze();
    const lists = [CHATS, `${MESSAGES}?chat_id=${talk.id}`, '/agents', '/customers', '/accesskeys'];
    const calls = [...lists.map((list) => api.get(list)), api.post(CHATS)];
    const sends = Array.from({ length: 20 }, () => api.post(MESSAGES, { chat_id: talk.id, text: 'frozen' }));
    await Promise.all([...calls, ...sends].map(expectUnavailable));
    postgres.thaw();
    await untilItWorks(() => api.post(MESSAGES, { chat_id: talk.id, text: 'thawed' }));
    const seqs = (await storedEvents(postgres, talk.id)).map(({ seq }) => seq);
    expect(seqs).toEqual(range(1, seqs.length));
  });

  it('every packet is answered in time, and works again afterwards', async () => {
    const [writer, follower] = [await author.follow(replica), await reader.connect(replica)];
    await postgres.freeze();
    const body = { chat_id: talk.id, text: 'over a socket', client_message_id: `once-${replica}` };
    await Promise.all([
      expectUnavailableAck(writer.emit('message_create', body)),
      expectUnavailableAck(follower.subscribe()),
    ]);
    postgres.thaw();
    await untilAcked(() => writer.emit('message_create', body));
    await untilAcked(() => follower.subscribe());
    const sent = (await messagesOf(author, talk)).filter(
      ({ client_message_id }) => client_message_id === body.client_message_id,
    );
    expect(sent).toHaveLength(1);
  });
});

it('a transaction that is cut off ends with one limit, not with another one for its rollback', async () => {
  const holder = new pg.Client(postgres.url);
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(`SELECT 1 FROM streams WHERE kind = 'chat' AND id = $1 FOR UPDATE`, [talk.id]);
  const send = expectUnavailable(
    author.api(STEP_LIMITED).post(MESSAGES, { chat_id: talk.id, text: 'cut off' }),
  );
  await untilWaiting();
  await postgres.freeze();
  await send;
  postgres.thaw();
  await holder.query('COMMIT');
  await holder.end();
  await untilItWorks(() => author.api(STEP_LIMITED).get(CHATS));
});

async function untilWaiting(): Promise<void> {
  while ((await postgres.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length === 0)
    await sleep(10);
}
