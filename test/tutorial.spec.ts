import { hash } from '@node-rs/argon2';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { ParticipantResource } from '../src/chats/participant.presenter.js';
import type { Page } from '../src/http/page.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import { Api } from './support/api.js';
import { aTime, anId, NIL_UUID, ok, refusalOf } from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

describe.each([
  ['without a prefix', ''],
  ['with the prefix /v1.0', '/v1.0'],
])('the tutorial, %s', (_, prefix) => {
  const username = `agent-a${prefix}`;
  const password = 'correct horse battery staple';
  let agentA: TestAgent;
  let agentB: TestAgent;
  let anyone: Api;
  let a: Api;
  let b: Api;
  let talk: ChatResource;
  let participant: ParticipantResource;
  let joined: MessageResource;
  let hello: MessageResource;
  let reply: MessageResource;

  beforeAll(async () => {
    const address = world.replica(0).url + prefix;
    [agentA, agentB] = await world.agents('Agent A', 'Agent B');
    await world.database.query('UPDATE agents SET username = $2, password_hash = $3 WHERE id = $1', [
      agentA.id,
      username,
      await hash(password),
    ]);
    anyone = new Api(address);
    b = new Api(address, agentB.token);
  });

  describe('an authentication token', () => {
    it('comes from POST /auth/login', async () => {
      const login = await ok<{ token: string }>(anyone.post('/auth/login', { username, password }));
      expect(login).toEqual({ username, token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string });
      a = new Api(anyone.baseUrl, login.token);
    });

    it.each([
      ['a wrong password', { username, password: 'wrong horse' }],
      ['an unknown username', { username: 'nobody', password }],
    ])('is refused for %s', async (_reason, credentials) => {
      const answer = await anyone.post('/auth/login', credentials);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        type: 'urn:talk:problem:invalid_credentials',
        title: 'Wrong username or password',
        status: 401,
        detail: 'Username or password is wrong.',
        code: 'invalid_credentials',
        request_id: anId,
      });
    });

    it.each(['token', 'accesskey'])('may be in the query string as ?%s=', async (parameter) => {
      const path = '/service_agents/talk_chats';
      expect(await refusalOf(anyone.get(path))).toBe('401 unauthenticated');
      expect(await ok(anyone.get(`${path}?${parameter}=${a.token}`))).toEqual({
        result: [],
        next_page_token: '',
      });
    });
  });

  it('Create a Talk', async () => {
    talk = await ok(a.post('/service_agents/talk_chats', { type: 'normal' }));
    expect(talk).toEqual({
      id: anId,
      customer_id: world.customerId,
      type: 'normal',
      name: '',
      detail: '',
      status: 'active',
      owner_id: agentA.id,
      member_count: 1,
      seq: 0,
      tm_create: aTime,
      tm_update: talk.tm_create,
      tm_delete: '',
    });
  });

  it('Add Participants', async () => {
    participant = await ok(
      a.post(`/service_agents/talk_chats/${talk.id}/participants`, {
        owner_type: 'agent',
        owner_id: agentB.id,
      }),
    );
    expect(participant).toEqual({
      id: anId,
      customer_id: world.customerId,
      owner_type: 'agent',
      owner_id: agentB.id,
      chat_id: talk.id,
      tm_joined: aTime,
    });
  });

  it('Send a Message', async () => {
    hello = await ok(
      a.post('/service_agents/talk_messages', {
        chat_id: talk.id,
        type: 'normal',
        text: "Hello team! Let's discuss the new feature.",
      }),
    );
    expect(hello).toEqual({
      id: anId,
      customer_id: world.customerId,
      owner_type: 'agent',
      owner_id: agentA.id,
      chat_id: talk.id,
      type: 'normal',
      text: "Hello team! Let's discuss the new feature.",
      medias: [],
      metadata: { reactions: [] },
      seq: 3,
      reply_count: 0,
      tm_create: aTime,
      tm_update: hello.tm_create,
      tm_delete: '',
    });
    expect(hello).not.toHaveProperty('parent_id');
  });

  it('Reply to a Message (Threading)', async () => {
    reply = await ok(
      b.post('/service_agents/talk_messages', {
        chat_id: talk.id,
        parent_id: hello.id,
        type: 'normal',
        text: "Great idea! I'll start working on the requirements.",
      }),
    );
    expect(reply).toEqual({
      id: anId,
      customer_id: world.customerId,
      owner_type: 'agent',
      owner_id: agentB.id,
      chat_id: talk.id,
      parent_id: hello.id,
      type: 'normal',
      text: "Great idea! I'll start working on the requirements.",
      medias: [],
      metadata: { reactions: [] },
      seq: 4,
      reply_count: 0,
      tm_create: aTime,
      tm_update: reply.tm_create,
      tm_delete: '',
    });
    hello = { ...hello, reply_count: 1 };
  });

  it('Add a Reaction', async () => {
    const reacted = await ok<MessageResource>(
      a.post(`/service_agents/talk_messages/${reply.id}/reactions`, { emoji: '👍' }),
    );
    const reaction = { emoji: '👍', owner_type: 'agent', owner_id: agentA.id, tm_create: reacted.tm_update };
    expect(reacted).toEqual({ ...reply, metadata: { reactions: [reaction] }, tm_update: aTime });
    expect(reacted.tm_update > reply.tm_update).toBe(true);
    reply = reacted;
  });

  describe('List Messages', () => {
    it('gives them oldest first, the system message of the join among them', async () => {
      const list = await ok<Page<MessageResource>>(a.get('/service_agents/talk_messages?page_size=50'));
      [joined] = list.result as [MessageResource];
      expect(joined).toEqual({
        id: anId,
        customer_id: world.customerId,
        owner_type: 'system',
        owner_id: NIL_UUID,
        chat_id: talk.id,
        type: 'system',
        text: 'Agent B joined the conversation.',
        medias: [],
        metadata: {
          reactions: [],
          system: { code: 'participant_joined', agent_id: agentB.id, actor_id: agentA.id },
        },
        seq: 2,
        reply_count: 0,
        tm_create: aTime,
        tm_update: joined.tm_create,
        tm_delete: '',
      });
      expect(list).toEqual({ result: [joined, hello, reply], next_page_token: reply.tm_create });
    });

    it('gives them page by page, until a page is empty', async () => {
      const page = (token: string): Promise<unknown> =>
        ok(a.get(`/service_agents/talk_messages?page_size=2&page_token=${encodeURIComponent(token)}`));
      expect(await page('')).toEqual({ result: [joined, hello], next_page_token: hello.tm_create });
      expect(await page(hello.tm_create)).toEqual({ result: [reply], next_page_token: reply.tm_create });
      expect(await page(reply.tm_create)).toEqual({ result: [], next_page_token: '' });
    });
  });

  it('Remove a Participant', async () => {
    const path = `/service_agents/talk_chats/${talk.id}/participants/${participant.id}`;
    expect(await ok(a.delete(path))).toEqual(participant);
    expect(await refusalOf(b.get(`/service_agents/talk_messages/${hello.id}`))).toBe('403 not_participant');
  });

  it('Delete a Talk', async () => {
    const deleted = await ok<ChatResource>(a.delete(`/service_agents/talk_chats/${talk.id}`));
    expect(deleted).toEqual({ ...talk, seq: 8, tm_update: deleted.tm_delete, tm_delete: aTime });
    expect(await refusalOf(a.get(`/service_agents/talk_chats/${talk.id}`))).toBe('404 talk_not_found');
  });
});
