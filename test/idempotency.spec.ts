import { randomUUID } from 'node:crypto';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import type { Answer } from './support/api.js';
import {
  add,
  CHATS,
  close,
  createTalk,
  edit,
  erase,
  event,
  logOf,
  MESSAGES,
  messagesOf,
  ok,
  range,
  react,
  readMessage,
  refusalOf,
  remove,
  reopen,
  send,
  storedTypes,
} from './support/builders.js';
import { expectProblem, expectRefusal } from './support/problems.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;
let talk: ChatResource;
let key: string;

beforeAll(async () => {
  world = await World.create({ replicas: 2 });
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  talk = await createTalk(a, [b], { type: 'group' });
  key = randomUUID();
});

interface Call {
  path: string;
  body: object;
  key?: string;
  replica?: number;
}

const call = (agent: TestAgent, { path, body, key, replica }: Call): Promise<Answer> =>
  agent.api(replica).call('POST', path, JSON.stringify(body), key ? { 'Idempotency-Key': key } : {});

/** The ways to send `text` with the test's key, over whichever replica. */
const WAYS: {
  way: string;
  sendOnce: (text: string, agent?: TestAgent, replica?: number) => Promise<Answer>;
}[] = [
  {
    way: 'POST /service_agents/talk_messages with Idempotency-Key',
    sendOnce: (text, agent = a, replica = 0) =>
      call(agent, { path: MESSAGES, body: { chat_id: talk.id, text }, key, replica }),
  },
  {
    way: 'POST /talks/{id}/messages with Idempotency-Key',
    sendOnce: (text, agent = a, replica = 0) =>
      call(agent, { path: `/talks/${talk.id}/messages`, body: { text }, key, replica }),
  },
  {
    way: 'POST /service_agents/talk_messages with client_message_id',
    sendOnce: (text, agent = a, replica = 0) =>
      call(agent, { path: MESSAGES, body: { chat_id: talk.id, text, client_message_id: key }, replica }),
  },
  {
    way: 'POST /talks/{id}/messages with client_message_id',
    sendOnce: (text, agent = a, replica = 0) =>
      call(agent, { path: `/talks/${talk.id}/messages`, body: { text, client_message_id: key }, replica }),
  },
  { way: 'message_create with client_message_id', sendOnce: sendBySocket },
];

/** An ack in the form of a REST answer. */
async function sendBySocket(text: string, agent = a, replica = 0): Promise<Answer> {
  const client = await agent.connect(replica);
  const ack = await client.emit('message_create', { chat_id: talk.id, text, client_message_id: key });
  client.close();
  return { status: ack.ok ? 200 : ack.error.status, headers: new Headers(), body: ack.data ?? ack.error };
}

describe.each(WAYS)('sending by $way', ({ sendOnce }) => {
  const sent = (text: string, agent?: TestAgent, replica?: number): Promise<MessageResource> =>
    ok(sendOnce(text, agent, replica));

  it('the same again returns the first, on any replica, and sends nothing', async () => {
    const first = await sent('Hello');
    expect(await sent('Hello')).toEqual(first);
    expect(await sent('Hello', a, 1)).toEqual(first);
    expect(await messagesOf(b, talk)).toEqual([first]);
    expect(await storedTypes(world, talk)).toEqual(['message_created']);
  });

  it('the same again returns the message as it now stands', async () => {
    const first = await sent('Hello');
    await edit(a, first, { text: 'Hello, edited' });
    await send(b, talk, 'A reply', { parent_id: first.id });
    const now = await react(b, first, '👍');
    expect(await sent('Hello')).toEqual(now);
    expect(now).toMatchObject({ text: 'Hello, edited', reply_count: 1 });
    const tombstone = await erase(a, first);
    expect(await sent('Hello')).toEqual(tombstone);
  });

  it('another text with the same key is refused', async () => {
    await sent('Hello');
    expect(await refusalOf(sendOnce('Goodbye'))).toBe('422 idempotency_mismatch');
    expect(await messagesOf(b, talk)).toHaveLength(1);
  });

  it('another agent may use the same key', async () => {
    const [one, two] = [await sent('Hello'), await sent('Hello', b)];
    expect(await messagesOf(a, talk)).toEqual([one, two]);
    expect([one.owner_id, two.owner_id]).toEqual([a.id, b.id]);
  });

  it('many at once over two replicas make one message', async () => {
    const sentOnes = await Promise.all(range(1, 50).map((n) => sent('Hello', a, n % 2)));
    expect(new Set(sentOnes.map(({ id }) => id)).size).toBe(1);
    expect(await messagesOf(b, talk)).toHaveLength(1);
    expect(await storedTypes(world, talk)).toEqual(['message_created']);
  });

  it("a retry after one's removal, and after the talk's closing and deletion, still returns it", async () => {
    const first = await sent('Hello');
    await remove(b, talk, a);
    expect(await sent('Hello')).toEqual(first);
    await close(b, talk);
    expect(await sent('Hello')).toEqual(first);
    await reopen(b, talk);
    await ok(a.api().delete(`${CHATS}/${talk.id}`));
    expect(await sent('Hello')).toEqual(first);
    expect(await refusalOf(sendOnce('Goodbye'))).toBe('422 idempotency_mismatch');
  });

  it('a refused first try leaves the key free', async () => {
    expect(await refusalOf(sendOnce('Hello', c))).toBe('403 not_participant');
    await add(a, talk, c);
    await close(a, talk);
    expect(await refusalOf(sendOnce('Hello', c))).toBe('409 talk_closed');
    await reopen(a, talk);
    expect(await sent('Hello, at last', c)).toMatchObject({ text: 'Hello, at last', owner_id: c.id });
  });
});

describe('a client_message_id', () => {
  it('shows in the message, on lists and in events, and is left out where there is none', async () => {
    const watcher = await b.follow(1);
    const named = await send(a, talk, 'Hello', { client_message_id: key });
    const unnamed = await send(a, talk, 'Hello again');
    expect(named.client_message_id).toBe(key);
    expect(unnamed).not.toHaveProperty('client_message_id');
    expect(await messagesOf(b, talk)).toEqual([named, unnamed]);
    expect(await readMessage(b, named)).toEqual(named);
    expect(await logOf(watcher, talk, 2)).toEqual([
      event('message_created', talk, 1, named),
      event('message_created', talk, 2, unnamed),
    ]);
  });

  it('and the Idempotency-Key are one key, and must agree where both are given', async () => {
    const body = { chat_id: talk.id, text: 'Hello', client_message_id: key };
    const first = await ok<MessageResource>(call(a, { path: MESSAGES, body, key }));
    expect(await ok(call(a, { path: MESSAGES, body }))).toEqual(first);
    expect(await ok(call(a, { path: MESSAGES, body: { chat_id: talk.id, text: 'Hello' }, key }))).toEqual(
      first,
    );
    const disagreeing = await call(a, { path: MESSAGES, body, key: 'another' });
    expectProblem(disagreeing, 400, 'invalid_request', 'client_message_id');
    expect(await messagesOf(b, talk)).toHaveLength(1);
  });

  it.each([
    { what: 'empty', id: '' },
    { what: 'of 129', id: 'x'.repeat(129) },
    { what: 'a number', id: 7 },
  ])('that is $what is refused', async ({ id }) => {
    const body = { chat_id: talk.id, text: 'Hello', client_message_id: id };
    expectProblem(await call(a, { path: MESSAGES, body }), 400, 'invalid_request', 'client_message_id');
    const client = await a.connect();
    expectRefusal(await client.emit('message_create', body), 400, 'invalid_request', 'client_message_id');
  });
});

it.each([{ other: 'talk' }, { other: 'parent' }, { other: 'medias' }])(
  'the same key and text with another $other is another request',
  async ({ other }) => {
    const parent = await send(a, talk, 'A parent');
    const changes: Record<string, object> = {
      talk: { chat_id: (await createTalk(a, [b])).id },
      parent: { parent_id: parent.id },
      medias: { medias: [{ type: 'image/png' }] },
    };
    const body = { chat_id: talk.id, text: 'Hello' };
    await ok(call(a, { path: MESSAGES, body, key }));
    const again = call(a, { path: MESSAGES, body: { ...body, ...changes[other] }, key });
    expect(await refusalOf(again)).toBe('422 idempotency_mismatch');
  },
);
