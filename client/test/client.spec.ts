import { signToken } from '../../test/support/api.js';
import { add, close, createTalk, remove, send } from '../../test/support/builders.js';
import { eventually } from '../../test/support/eventually.js';
import { World, type TestAgent } from '../../test/support/world.js';
import { TalkClient } from '../src/talk-client.js';
import { TalkError } from '../src/talk-error.js';
import type { ClientState, TalkEvent } from '../src/types.js';
import { Listening } from './support/listening.js';

let world: World;
let a: TestAgent, b: TestAgent;
const clients: TalkClient[] = [];

beforeAll(async () => {
  world = await World.create();
  [a, b] = await world.agents('Agent A', 'Agent B');
});
afterAll(async () => {
  for (const client of clients) client.close();
  await world.close();
});

const clientOf = (token: ConstructorParameters<typeof TalkClient>[0]['token']): TalkClient => {
  const client = new TalkClient({ url: world.replica(0).url, token, backoff: { from: 20, to: 200 } });
  clients.push(client);
  return client;
};

describe('a client that is connected', () => {
  it('tells every event of its talks in order, by name and all together', async () => {
    const client = clientOf(b.token);
    const heard = new Listening(client);
    const messages: string[] = [];
    client.on('message_created', ({ data }) => messages.push(data.text));
    await client.connect();
    const talk = await createTalk(a, [b]);
    await send(a, talk, 'one');
    await send(a, talk, 'two');
    await close(a, talk);
    await heard.reach(talk.id, 3);
    expect(heard.of(talk.id).map(({ type, seq }) => `${type} ${seq}`)).toEqual([
      'chat_joined 0',
      'message_created 1',
      'message_created 2',
      'chat_closed 3',
    ]);
    expect(messages).toEqual(['one', 'two']);
    expect(client.positions.get(talk.id)).toBe(3);
    client.close();
  });

  it('says in which state it is', async () => {
    const client = clientOf(b.token);
    const states: ClientState[] = [client.state];
    client.on('state', (state) => states.push(state));
    await client.connect();
    client.close();
    await eventually(
      () => client.state,
      (state) => state === 'offline',
    );
    expect(states).toEqual(['offline', 'connecting', 'live', 'offline']);
  });

  it('goes on after a while away with what came meanwhile, once', async () => {
    const client = clientOf(b.token);
    const heard = new Listening(client);
    await client.connect();
    const talk = await createTalk(a, [b]);
    await send(a, talk, 'here');
    await heard.reach(talk.id, 1);
    client.close();
    await send(a, talk, 'away');
    await client.connect();
    await send(a, talk, 'here again');
    await heard.reach(talk.id, 3);
    expect(heard.seqsOf(talk.id)).toEqual([1, 2, 3]);
    client.close();
  });

  it('hears that it left, and that it was put into a talk while it was away', async () => {
    const client = clientOf(b.token);
    const heard = new Listening(client);
    await client.connect();
    const [left, lost, found] = await Promise.all([
      createTalk(a, [b], { type: 'group' }),
      createTalk(a, [b], { type: 'group' }),
      createTalk(a, [], { type: 'group' }),
    ]);
    await remove(a, left, b);
    await eventually(
      () => heard.left,
      (ids) => ids.includes(left.id),
    );
    client.close();
    await remove(a, lost, b);
    await add(a, found, b);
    await client.connect();
    expect(heard.left).toEqual([left.id, lost.id]);
    expect(heard.joined).toContain(found.id);
    client.close();
  });
});

describe('a token', () => {
  it('that is refused ends in a rejection, and offline', async () => {
    const client = clientOf('no token');
    const refusals: unknown[] = [];
    client.on('unauthorized', (problem) => refusals.push(problem?.code));
    await expect(client.connect()).rejects.toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(refusals).toEqual(['unauthenticated']);
    expect(client.state).toBe('offline');
  });

  it('that is refused is fetched anew where a function gives it', async () => {
    const tokens = ['no token', b.token];
    const client = clientOf(() => tokens.shift() ?? b.token);
    await client.connect();
    expect((await client.me()).id).toBe(b.id);
    client.close();
  });

  it('is refreshed before it ends, on the open connection', async () => {
    let fetched = 0;
    const client = clientOf(() => {
      fetched += 1;
      return signToken({ agentId: b.id, customerId: b.customerId, expiresIn: 3 });
    });
    const states: ClientState[] = [];
    await client.connect();
    client.on('state', (state) => states.push(state));
    await eventually(
      () => fetched,
      (times) => times >= 3,
    );
    expect(states).toEqual([]);
    client.close();
  });

  it('of an agent that was let in before, but is no more, is told', async () => {
    const claims = { agentId: b.id, customerId: b.customerId };
    const client = clientOf(await signToken({ ...claims, expiresIn: 2 }));
    await client.connect();
    const refused = new Promise((resolve) => client.on('unauthorized', resolve));
    expect(await refused).toMatchObject({ status: 401 });
    expect(client.state).toBe('offline');
  });
});

describe('calls', () => {
  it('are there for all of the contract', async () => {
    const client = clientOf(a.token);
    const talk = await client.talks.create({ participant_ids: [b.id], type: 'group', name: 'Support' });
    expect(await client.talks.update(talk.id, { name: 'Help' })).toMatchObject({ name: 'Help' });
    expect(await client.talks.get(talk.id)).toMatchObject({ name: 'Help' });
    expect((await client.talks.list({ page_size: 1 })).result).toHaveLength(1);
    const message = await client.messages.send({ chat_id: talk.id, text: 'Hello' });
    expect(await client.messages.update(message.id, { text: 'Hi' })).toMatchObject({ text: 'Hi' });
    await client.reactions.add(message.id, '👍');
    expect((await client.messages.get(message.id)).metadata.reactions).toHaveLength(1);
    expect((await client.reactions.remove(message.id, '👍')).metadata.reactions).toEqual([]);
    expect((await client.messages.list({ chat_id: talk.id })).result).toHaveLength(1);
    expect(await client.messages.delete(message.id)).toMatchObject({ text: '' });
    const other = (await client.participants.list(talk.id)).find(({ owner_id }) => owner_id === b.id);
    await client.participants.remove(talk.id, other?.id ?? '');
    expect(await client.participants.add(talk.id, b.id)).toMatchObject({ owner_id: b.id });
    expect((await client.talks.close(talk.id)).status).toBe('closed');
    expect((await client.talks.reopen(talk.id)).status).toBe('active');
    expect((await client.talks.delete(talk.id)).tm_delete).not.toBe('');
    expect((await client.agents.list()).result.length).toBeGreaterThan(1);
    expect((await client.agents.get(b.id)).id).toBe(b.id);
    const key = await client.accessKeys.create({ name: 'Export' });
    expect((await client.accessKeys.list()).result.map(({ id }) => id)).toContain(key.id);
    await client.accessKeys.delete(key.id);
    expect((await client.customers.list()).result).toHaveLength(1);
  });

  it('list all talks, page by page', async () => {
    const c = await world.agent('Agent C');
    const client = clientOf(c.token);
    const created = [];
    for (let n = 0; n < 5; n += 1) created.unshift((await client.talks.create()).id);
    const all = [];
    for await (const talk of client.talks.all({ page_size: 2 })) all.push(talk.id);
    expect(all).toEqual(created);
  });

  it('that are refused tell why', async () => {
    const client = clientOf(a.token);
    const refusal = await client.messages.send({ chat_id: 'no id', text: 'Hello' }).catch((error) => error);
    expect(refusal).toBeInstanceOf(TalkError);
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request', isTransient: false });
    expect(refusal.problem.errors).toMatchObject([{ path: 'chat_id' }]);
  });
});

it('events have the types of the contract', () => {
  const client = clientOf('any');
  client.on('reaction_added', ({ data }) => data.emoji);
  // @ts-expect-error a reaction has no text
  client.on('reaction_added', ({ data }) => data.text);
  // @ts-expect-error there is no such event
  client.on('message_eaten', () => undefined);
  const narrow = (event: TalkEvent): string => (event.type === 'message_created' ? event.data.text : '');
  expect(narrow).toBeDefined();
});
