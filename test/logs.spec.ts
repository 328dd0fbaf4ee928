import { CHATS, createTalk, MESSAGES, range } from './support/builders.js';
import { holdTalk } from './support/held-talk.js';
import { linesWith, logged, logLines } from './support/log.js';
import { startReplica, type Replica } from './support/replica.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let author: TestAgent;
let reader: TestAgent;
beforeAll(async () => {
  world = await World.create({ replicas: 2, env: { LOG_LEVEL: 'debug' } });
  [author, reader] = await world.agents('Author', 'Reader');
});
afterAll(() => world.close());

/** Sends as one call of this id; the message. */
async function send(chatId: string, requestId: string): Promise<{ id: string; seq: number }> {
  const body = JSON.stringify({ chat_id: chatId, text: `What ${requestId} says` });
  const answer = await author.api().call('POST', MESSAGES, body, { 'X-Request-Id': requestId });
  expect(answer.status).toBe(200);
  return answer.body as { id: string; seq: number };
}

it('has one line for each call, which says who called what, what came of it, and how long it took', async () => {
  const talk = await createTalk(author, [reader]);
  await send(talk.id, 'one-line');
  const lines = await logged(world.replica(0), 'request', { requestId: 'one-line' });
  expect(lines).toEqual([
    {
      level: 30,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: 'one-line',
      method: 'POST',
      path: MESSAGES,
      status: 200,
      ms: expect.any(Number),
      bytes: expect.any(Number),
      agentId: author.id,
      msg: 'request',
    },
  ]);
  expect(lines[0].ms).toBeGreaterThan(0);
  expect(lines[0].bytes).toBeGreaterThan(100);
});

it('joins a call to its events on every replica', async () => {
  const talk = await createTalk(author, [reader]);
  const followers = [await reader.follow(0), await reader.follow(1)];
  const { id, seq } = await send(talk.id, 'joined');
  for (const follower of followers) await follower.reach(talk.id, seq);
  const event = { streamId: talk.id, seq };
  const committed = await logged(world.replica(0), 'committed', { requestId: 'joined' });
  expect(committed).toMatchObject([{ kind: 'chat', type: 'message_created', id, ...event }]);
  for (const replica of world.replicas) {
    expect(await logged(replica, 'emitted', event)).toMatchObject([
      { type: 'message_created', id, listeners: 1 },
    ]);
  }
});

it('joins each of many calls that were written together to its own event', async () => {
  const talk = await createTalk(author, [reader]);
  const names = range(1, 60).map((number) => `together-${number}`);
  const messages = await Promise.all(names.map((name) => send(talk.id, name)));
  for (const [index, requestId] of names.entries()) {
    const committed = await logged(world.replica(0), 'committed', { requestId });
    expect(committed).toMatchObject([{ id: messages[index]?.id, seq: messages[index]?.seq }]);
  }
});

it('has one line for each packet, joined to its events as well, and to what the client is told', async () => {
  const talk = await createTalk(author, [reader]);
  const client = await author.connect();
  const { data } = await client.emit('message_create', { chat_id: talk.id, text: 'Over a socket' });
  const [committed] = await logged(world.replica(0), 'committed', { id: data.id });
  const packets = await logged(world.replica(0), 'packet', { requestId: committed.requestId });
  expect(packets).toMatchObject([{ packet: 'message_create', status: 200, agentId: author.id }]);
  const { error } = await client.emit('made_up_by_a_client', {});
  expect(await logged(world.replica(0), 'packet', { requestId: error.request_id })).toMatchObject([
    { packet: 'unknown', status: 400, agentId: author.id },
  ]);
});

it('holds neither a query string nor a path that is no route, and tells of health checks at debug only', async () => {
  const { url } = world.replica(0);
  const headers = (id: string): RequestInit => ({ headers: { 'X-Request-Id': id } });
  await fetch(`${url}/v1.0${CHATS}?token=${author.token}&page_size=1`, headers('by-query'));
  await fetch(`${url}/nowhere/${author.token}`, headers('nowhere'));
  await fetch(`${url}/readyz`, headers('health'));
  expect(await logged(world.replica(0), 'request', { requestId: 'by-query' })).toMatchObject([
    { path: CHATS, status: 200, agentId: author.id },
  ]);
  const [nowhere] = await logged(world.replica(0), 'request', { requestId: 'nowhere' });
  expect([nowhere.status, nowhere.path]).toEqual([404, undefined]);
  expect(await logged(world.replica(0), 'request', { requestId: 'health' })).toMatchObject([{ level: 20 }]);
  expect(world.replica(0).output()).not.toContain(author.token);
});

it('tells of a call whose caller left before its answer', async () => {
  const talk = await createTalk(author, [reader]);
  const held = await holdTalk(world.database, talk);
  const leaving = new AbortController();
  const call = fetch(world.replica(0).url + MESSAGES, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${author.token}`,
      'Content-Type': 'application/json',
      'X-Request-Id': 'left',
    },
    body: JSON.stringify({ chat_id: talk.id, text: 'Nobody waits for this' }),
    signal: leaving.signal,
  }).catch(() => undefined);
  await held.awaited(1);
  leaving.abort();
  await call;
  expect(await logged(world.replica(0), 'request', { requestId: 'left' })).toMatchObject([{ status: 499 }]);
  await held.release();
  expect(linesWith(world.replica(0), { requestId: 'left', msg: 'request' })).toHaveLength(1);
});

describe('at LOG_LEVEL=warn', () => {
  let quiet: Replica;
  beforeAll(async () => {
    quiet = await startReplica({ ...world.env, LOG_LEVEL: 'warn' });
    world.replicas.push(quiet);
  });

  const call = async (requestId: string): Promise<void> => {
    const talk = await createTalk(author);
    const body = JSON.stringify({ chat_id: talk.id, text: `What ${requestId} says` });
    await author
      .api(world.replicas.indexOf(quiet))
      .call('POST', MESSAGES, body, { 'X-Request-Id': requestId });
  };
  const toggle = async (level: string): Promise<void> => {
    quiet.process.kill('SIGUSR2');
    await logged(quiet, `The log level is now ${level}`, {});
  };

  it('tells of no call, until SIGUSR2 has it tell of everything, and the next one of none again', async () => {
    await call('before');
    await toggle('debug');
    await call('during');
    await logged(quiet, 'request', { requestId: 'during' });
    await logged(quiet, 'committed', { requestId: 'during' });
    await toggle('warn');
    await call('after');
    await toggle('debug');
    const told = logLines(quiet).filter(({ msg }) => msg === 'request' || msg === 'committed');
    expect(told.map(({ requestId, msg }) => `${requestId} ${msg}`)).toEqual([
      'during committed',
      'during request',
    ]);
  });
});

it('has written its last line when the process has ended', async () => {
  const replica = await startReplica({ ...world.env, LOG_LEVEL: 'info' });
  await fetch(`${replica.url}/nowhere`);
  expect(await replica.stop()).toBe(0);
  const messages = logLines(replica).map(({ msg }) => msg as string);
  expect(messages).toEqual(expect.arrayContaining(['request', 'Stopping at SIGTERM']));
});
