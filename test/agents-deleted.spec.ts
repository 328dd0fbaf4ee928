import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentResource } from '../src/agents/agent.presenter.js';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import { Api, signToken } from './support/api.js';
import {
  add,
  AGENTS,
  aTime,
  CHATS,
  close,
  createAgent,
  createTalk,
  listAll,
  logOf,
  messagesOf,
  ok,
  participantsOf,
  PASSWORD,
  range,
  readTalk,
  refusalOf,
  send,
  storedTypes,
} from './support/builders.js';
import type { Client } from './support/client.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let admin: TestAgent;

beforeAll(async () => {
  world = await World.create({ replicas: 2 });
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b] = await world.agents('Agent A', 'Agent B');
  admin = await world.agent('Admin', { role: 'admin' });
});

const remove = ({ id }: { id: string }): Promise<AgentResource> => ok(admin.api().delete(`${AGENTS}/${id}`));

it('shows what it was, with the time of its deletion', async () => {
  const agent = await createAgent(admin, { name: 'Leaver' });
  expect(await remove(agent)).toEqual({ ...agent, tm_update: aTime, tm_delete: aTime });
  expect(await refusalOf(admin.api().delete(`${AGENTS}/${agent.id}`))).toBe('404 agent_not_found');
  expect(await refusalOf(admin.api().put(`${AGENTS}/${agent.id}`, {}))).toBe('404 agent_not_found');
});

it('has left its talks: the others see a leaving, by the admin', async () => {
  const talk = await createTalk(a, [b], { type: 'group' });
  const watcher = await b.follow(1);
  await remove(a);
  expect(await logOf(watcher, talk, 2)).toMatchObject([
    {
      type: 'message_created',
      data: {
        type: 'system',
        text: 'Agent A left the conversation.',
        metadata: { system: { code: 'participant_left', agent_id: a.id, actor_id: admin.id } },
      },
    },
    { type: 'participant_left', data: { owner_id: a.id } },
  ]);
  expect(await participantsOf(b, talk)).toMatchObject([{ owner_id: b.id }]);
  expect(await readTalk(b, talk)).toMatchObject({ status: 'active', member_count: 1, seq: 2 });
});

it('closes the talk that it was the last in', async () => {
  const talk = await createTalk(a);
  await remove(a);
  expect(await storedTypes(world, talk)).toEqual(['message_created', 'participant_left', 'chat_closed']);
  expect(await readTalk(admin, talk)).toMatchObject({ status: 'closed', member_count: 0 });
});

it('has left closed talks too, which stay closed', async () => {
  const talk = await close(a, await createTalk(a, [b]));
  await remove(a);
  expect(await readTalk(b, talk)).toMatchObject({ status: 'closed', member_count: 1 });
});

it('keeps what it wrote', async () => {
  const talk = await createTalk(a, [b]);
  const message = await send(a, talk, 'Hello');
  await remove(a);
  expect((await messagesOf(b, talk))[0]).toEqual(message);
});

it('sees nothing after its own leaving, and its sockets are closed on every replica', async () => {
  const talk = await createTalk(a, [b], { type: 'group' });
  const clients = [await a.follow(0), await a.follow(1)];
  await remove(a);
  await send(b, talk, 'Is it gone?');
  await sleep(1_250);
  const seen = ({ events }: Client): string[] => events.map(({ type }) => type);
  const whole = ['message_created', 'participant_left', 'chat_left'];
  for (const client of clients) {
    expect(client.socket.connected).toBe(false);
    expect(whole).toEqual(expect.arrayContaining(seen(client)));
  }
});

it('stays refused, whatever valid token names it, and is not made anew', async () => {
  await remove(a);
  const token = await signToken({ agentId: a.id, customerId: a.customerId, name: 'Back', role: 'admin' });
  for (const replica of [0, 1]) {
    const api = new Api(world.replica(replica).url, token);
    expect(await refusalOf(api.get(CHATS))).toBe('401 unauthenticated');
    expect(await refusalOf(a.api(replica).get(CHATS))).toBe('401 unauthenticated');
    await expect(a.connect(replica)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  }
  expect(await refusalOf(admin.api().get(`${AGENTS}/${a.id}`))).toBe('404 agent_not_found');
  const invite = b.api().post(CHATS, { participant_ids: [a.id] });
  expect(await refusalOf(invite)).toBe('404 agent_not_found');
  const anew = { id: a.id, username: `u-${randomUUID()}`, password: PASSWORD };
  expect(await refusalOf(admin.api().post(AGENTS, anew))).toBe('409 agent_exists');
});

it('may be the admin that asks for it', async () => {
  const talk = await createTalk(admin, [a]);
  expect(await remove(admin)).toMatchObject({ id: admin.id, tm_delete: aTime });
  expect(await refusalOf(admin.api().get(CHATS))).toBe('401 unauthenticated');
  expect(await readTalk(a, talk)).toMatchObject({ member_count: 1 });
});

it('frees its username, and cannot log in', async () => {
  const { id, username } = await createAgent(admin);
  const logIn = (): Promise<string> =>
    refusalOf(new Api(world.replica(0).url).post('/auth/login', { username, password: PASSWORD }));
  await remove({ id });
  expect(await logIn()).toBe('401 invalid_credentials');
  expect(await createAgent(admin, { username })).toMatchObject({ username });
  expect(await logIn()).toBe('200 undefined');
});

it('has left all its 120 talks', async () => {
  const talks: ChatResource[] = [];
  for (const _ of range(1, 12)) {
    talks.push(...(await Promise.all(range(1, 10).map(() => createTalk(a, [b], { type: 'group' })))));
  }
  const watcher = await b.follow(1);
  await remove(a);
  const left = await listAll<ChatResource>(b, CHATS, 100);
  expect(left).toHaveLength(120);
  expect(left.every(({ member_count, seq }) => member_count === 1 && seq === 2)).toBe(true);
  for (const talk of talks) await watcher.reach(talk.id, 2);
  const [count] = await world.database.query(
    'SELECT count(*)::int AS of_a FROM participants WHERE owner_id = $1',
    [a.id],
  );
  expect(count).toEqual({ of_a: 0 });
});

it('is in no talk that is being created, joined or written in at that moment', async () => {
  const talks = await Promise.all(range(1, 5).map(() => createTalk(b, [], { type: 'group' })));
  const attempts = [
    ...talks.map((talk) => add(b, talk, a).catch(() => undefined)),
    ...range(1, 5).map(() => createTalk(b, [a]).catch(() => undefined)),
    ...range(1, 5).map(() => createTalk(a).catch(() => undefined)),
  ];
  await Promise.all([remove(a), ...attempts]);
  expect(await world.database.query('SELECT 1 FROM participants WHERE owner_id = $1', [a.id])).toEqual([]);
});
