import { randomUUID } from 'node:crypto';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { Page } from '../src/http/page.js';
import type { Answer } from './support/api.js';
import {
  aTime,
  CHATS,
  createTalk,
  event,
  leave,
  logOf,
  MESSAGES,
  messagesOf,
  ok,
  participantsOf,
  refusalOf,
  send,
  storedTypes,
} from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;
let admin: TestAgent;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  admin = await world.agent('Admin', { role: 'admin' });
});

const talksOf = async (agent: TestAgent, query = ''): Promise<ChatResource[]> =>
  (await ok<Page<ChatResource>>(agent.api().get(CHATS + query))).result;

const foreigner = (): Promise<TestAgent> => world.agent('Stranger', { customerId: randomUUID() });

describe('the type of a new talk', () => {
  it('is normal for the creator alone', async () => {
    expect(await createTalk(a)).toMatchObject({ type: 'normal', member_count: 1 });
  });

  it('is normal with one other', async () => {
    expect(await createTalk(a, [b])).toMatchObject({ type: 'normal', member_count: 2 });
  });

  it('is group with two others', async () => {
    expect(await createTalk(a, [b, c])).toMatchObject({ type: 'group', member_count: 3 });
  });

  it('is group where the creator says so', async () => {
    expect(await createTalk(a, [b], { type: 'group' })).toMatchObject({ type: 'group', member_count: 2 });
  });

  it('is normal for direct', async () => {
    expect(await createTalk(a, [b], { type: 'direct' })).toMatchObject({ type: 'normal', member_count: 2 });
  });

  it('does not count repeats and the creator in the list', async () => {
    expect(await createTalk(a, [a, b, b])).toMatchObject({ type: 'normal', member_count: 2 });
  });
});

describe('creating a talk', () => {
  it('takes participants as well as participant_ids', async () => {
    const participants = [{ owner_type: 'agent', owner_id: b.id }, { owner_id: b.id }, { owner_id: a.id }];
    const talk = await ok<ChatResource>(a.api().post(CHATS, { participants }));
    expect(talk).toMatchObject({ type: 'normal', member_count: 2 });
  });

  it('puts the creator in', async () => {
    const owners = (await participantsOf(a, await createTalk(a, [b]))).map(({ owner_id }) => owner_id);
    expect(owners.sort()).toEqual([a.id, b.id].sort());
  });

  it('writes neither event nor system message', async () => {
    const talk = await createTalk(a, [b, c]);
    expect(talk.seq).toBe(0);
    expect(await messagesOf(a, talk)).toEqual([]);
    expect(await storedTypes(world, talk)).toEqual([]);
  });

  it.each([
    ['an unknown agent', () => Promise.resolve(randomUUID())],
    ['an agent of another customer', async () => (await foreigner()).id],
    ['a deleted agent', deletedAgent],
  ])('makes nothing where one participant is %s', async (_, unknown) => {
    const participant_ids = [b.id, await unknown()];
    expect(await refusalOf(a.api().post(CHATS, { participant_ids }))).toBe('404 agent_not_found');
    expect(await world.database.query('SELECT 1 FROM chats WHERE owner_id = $1', [a.id])).toEqual([]);
    expect(await talksOf(b)).toEqual([]);
  });

  it('refuses a normal talk of three', async () => {
    const body = { type: 'normal', participant_ids: [b.id, c.id] };
    expect(await refusalOf(a.api().post(CHATS, body))).toBe('409 talk_full');
  });

  async function deletedAgent(): Promise<string> {
    await world.database.query('UPDATE agents SET tm_delete = now() WHERE id = $1', [c.id]);
    return c.id;
  }
});

describe('the list of talks', () => {
  it('has those that the agent is in, newest first', async () => {
    const first = await createTalk(a, [b]);
    const second = await createTalk(b, [a]);
    await createTalk(b, [c]);
    expect(await talksOf(a)).toEqual([second, first]);
    await leave(a, second);
    expect(await talksOf(a)).toEqual([first]);
  });
});

describe('renaming a talk', () => {
  it('is up to a participant or an admin', async () => {
    const { id } = await createTalk(a, [b]);
    const rename = (agent: TestAgent): Promise<Answer> =>
      agent.api().put(`${CHATS}/${id}`, { name: agent.id });
    for (const agent of [a, b, admin]) expect(await ok(rename(agent))).toMatchObject({ name: agent.id });
    expect(await refusalOf(rename(c))).toBe('403 not_participant');
    expect(await refusalOf(rename(await foreigner()))).toBe('404 talk_not_found');
  });

  it('tells everyone of the talk as it is now', async () => {
    const talk = await createTalk(a, [b]);
    const watcher = await b.follow();
    const renamed = await ok<ChatResource>(
      b.api().put(`${CHATS}/${talk.id}`, { name: 'Payments', detail: 'Failures of May' }),
    );
    expect(renamed).toEqual({
      ...talk,
      name: 'Payments',
      detail: 'Failures of May',
      seq: 1,
      tm_update: aTime,
    });
    expect(renamed.tm_update > talk.tm_update).toBe(true);
    expect(await logOf(watcher, talk, 1)).toEqual([event('chat_updated', talk, 1, renamed)]);
  });

  it('pushes nothing where nothing changes', async () => {
    const talk = await createTalk(a, [b], { name: 'Payments' });
    expect(await ok(a.api().put(`${CHATS}/${talk.id}`, { name: 'Payments', detail: '' }))).toEqual(talk);
    expect(await storedTypes(world, talk)).toEqual([]);
  });
});

describe('deleting a talk', () => {
  const remove = (agent: TestAgent, { id }: ChatResource): Promise<Answer> =>
    agent.api().delete(`${CHATS}/${id}`);

  it('is up to its creator, also after leaving', async () => {
    const talk = await createTalk(a, [b]);
    await leave(a, talk);
    expect(await ok(remove(a, talk))).toMatchObject({ id: talk.id, tm_delete: aTime });
  });

  it('is up to an admin too', async () => {
    expect(await ok(remove(admin, await createTalk(a, [b])))).toMatchObject({ tm_delete: aTime });
  });

  it('is refused to any other participant', async () => {
    expect(await refusalOf(remove(b, await createTalk(a, [b])))).toBe('403 not_creator');
  });

  it('tells everyone, and nothing after it', async () => {
    const talk = await createTalk(a, [b]);
    const watcher = await b.follow();
    const deleted = await ok<ChatResource>(remove(a, talk));
    expect(await logOf(watcher, talk, 1)).toEqual([event('chat_deleted', talk, 1, deleted)]);
  });

  it('leaves the talk and its messages to be found by nobody', async () => {
    const talk = await createTalk(a, [b]);
    const message = await send(a, talk, 'Hello');
    await ok(remove(a, talk));
    for (const agent of [a, b, admin]) {
      expect(await refusalOf(agent.api().get(`${CHATS}/${talk.id}`))).toBe('404 talk_not_found');
      expect(await refusalOf(agent.api().get(`${MESSAGES}?chat_id=${talk.id}`))).toBe('404 talk_not_found');
      expect(await refusalOf(agent.api().get(`${MESSAGES}/${message.id}`))).toBe('404 message_not_found');
    }
    expect(await refusalOf(remove(a, talk))).toBe('404 talk_not_found');
    expect(await talksOf(b)).toEqual([]);
    expect(await ok(b.api().get(MESSAGES))).toEqual({ result: [], next_page_token: '' });
  });

  it('is soft: the row stays', async () => {
    const talk = await createTalk(a, [b]);
    await ok(remove(a, talk));
    const rows = await world.database.query('SELECT tm_delete FROM chats WHERE id = $1', [talk.id]);
    expect(rows).toEqual([{ tm_delete: expect.any(Date) as Date }]);
  });
});
