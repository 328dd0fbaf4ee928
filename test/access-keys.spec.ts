import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { AccessKeyResource } from '../src/auth/access-keys/access-key.presenter.js';
import type { Page } from '../src/http/page.js';
import { Api } from './support/api.js';
import {
  AGENTS,
  anId,
  aTime,
  CHATS,
  createTalk,
  listAll,
  MESSAGES,
  messagesOf,
  ok,
  range,
  refusalOf,
} from './support/builders.js';
import { expectProblem } from './support/problems.js';
import { World, type TestAgent } from './support/world.js';

const KEYS = '/accesskeys';
const ME = '/service_agents/me';

type NewKey = AccessKeyResource & { token: string };

let world: World;
let a: TestAgent;
let b: TestAgent;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b] = await world.agents('Agent A', 'Agent B');
});

const createKey = (agent: TestAgent, body: object = {}): Promise<NewKey> =>
  ok(agent.api().post(KEYS, { name: 'a bot', ...body }));

const keysOf = async (agent: TestAgent): Promise<AccessKeyResource[]> =>
  (await ok<Page<AccessKeyResource>>(agent.api().get(KEYS))).result;

const withKey = ({ token }: NewKey): Api => new Api(world.replica(0).url, token);

describe('an access key', () => {
  it.each(['', '/v1.0'])(
    'shows its token once, and its prefix from then on: %s/accesskeys',
    async (prefix) => {
      const { token, ...key } = await ok<NewKey>(a.api().post(prefix + KEYS, { name: 'a bot' }));
      expect(key).toEqual({
        id: anId,
        customer_id: a.customerId,
        agent_id: a.id,
        name: 'a bot',
        token_prefix: token.slice(0, key.token_prefix.length),
        tm_expire: '',
        tm_create: aTime,
        tm_update: aTime,
        tm_delete: '',
      });
      expect(token.length - key.token_prefix.length).toBeGreaterThan(30);
      const list = await a.api().get(prefix + KEYS);
      expect(list.body).toMatchObject({ result: [key] });
      expect(JSON.stringify(list.body)).not.toContain(token);
      const revoked = await a.api().delete(`${prefix}${KEYS}/${key.id}`);
      expect(revoked.body).toEqual({ ...key, tm_update: aTime, tm_delete: aTime });
    },
  );

  it('is kept hashed', async () => {
    const { id, token } = await createKey(a);
    const [row] = await world.database.query<{ text: string }>(
      'SELECT row_to_json(k)::text AS text FROM access_keys k WHERE id = $1',
      [id],
    );
    const secret = token.slice(token.indexOf('_') + 1);
    expect(row?.text).not.toContain(secret);
    expect(row?.text).not.toContain(Buffer.from(secret).toString('hex'));
    expect(row?.text).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  });

  it('acts as the agent that made it', async () => {
    const key = await createKey(a);
    const talk = await createTalk(b, [a]);
    await ok(withKey(key).post(MESSAGES, { chat_id: talk.id, text: 'Hello' }));
    expect(await messagesOf(b, talk)).toMatchObject([{ owner_id: a.id, text: 'Hello' }]);
  });

  it('is taken as a bearer token, as ?token= and as ?accesskey=', async () => {
    const key = await createKey(a);
    const anonymous = new Api(world.replica(0).url);
    expect(await ok(withKey(key).get(ME))).toMatchObject({ id: a.id });
    expect(await ok(anonymous.get(`${ME}?token=${key.token}`))).toMatchObject({ id: a.id });
    expect(await ok(anonymous.get(`${ME}?accesskey=${key.token}`))).toMatchObject({ id: a.id });
    expect(await ok(anonymous.post(`${CHATS}?accesskey=${key.token}`))).toMatchObject({ owner_id: a.id });
  });

  it.each<{ place: string; options: (token: string) => object }>([
    { place: 'auth.token', options: (token) => ({ auth: { token } }) },
    { place: '?token=', options: (token) => ({ query: { token } }) },
    { place: '?accesskey=', options: (accesskey) => ({ query: { accesskey } }) },
    { place: 'the header', options: (token) => ({ extraHeaders: { Authorization: `Bearer ${token}` } }) },
  ])('is taken by sockets in $place', async ({ options }) => {
    const talk = await createTalk(b, [a]);
    const { token } = await createKey(a);
    const settings = { transports: ['websocket'], reconnection: false, forceNew: true, ...options(token) };
    const socket = io(world.replica(0).url, settings);
    const ack = await socket
      .timeout(5_000)
      .emitWithAck('message_create', { chat_id: talk.id, text: 'Hello' });
    socket.disconnect();
    expect(ack).toMatchObject({ ok: true, data: { owner_id: a.id } });
  });

  it('cannot manage keys', async () => {
    const key = await createKey(a);
    const api = withKey(key);
    expectProblem(await api.post(KEYS, { name: 'another' }), 403, 'access_key_not_allowed');
    expectProblem(await api.get(KEYS), 403, 'access_key_not_allowed');
    expectProblem(await api.delete(`${KEYS}/${key.id}`), 403, 'access_key_not_allowed');
    expect(await keysOf(a)).toHaveLength(1);
  });

  it('ends after the seconds given', async () => {
    const key = await createKey(a, { expire: 1 });
    expect(key.tm_expire).toEqual(aTime);
    expect(Date.parse(key.tm_expire) - Date.parse(key.tm_create)).toBe(1_000);
    expect(await ok(withKey(key).get(ME))).toMatchObject({ id: a.id });
    await sleep(1_100);
    expectProblem(await withKey(key).get(ME), 401, 'unauthenticated');
  });

  it('is refused once revoked, and is on the list no more', async () => {
    const [key, other] = [await createKey(a), await createKey(a)];
    await ok(a.api().delete(`${KEYS}/${key.id}`));
    expectProblem(await withKey(key).get(ME), 401, 'unauthenticated');
    expect(await ok(withKey(other).get(ME))).toMatchObject({ id: a.id });
    expect(await keysOf(a)).toMatchObject([{ id: other.id }]);
    expect(await refusalOf(a.api().delete(`${KEYS}/${key.id}`))).toBe('404 access_key_not_found');
  });

  it('is worth nothing while its agent is disabled, and after that agent is deleted', async () => {
    const admin = await world.agent('Admin', { role: 'admin' });
    const key = await createKey(a);
    await ok(admin.api().put(`${AGENTS}/${a.id}`, { status: 'disabled' }));
    expectProblem(await withKey(key).get(ME), 401, 'unauthenticated');
    await ok(admin.api().put(`${AGENTS}/${a.id}`, { status: 'active' }));
    expect(await ok(withKey(key).get(ME))).toMatchObject({ id: a.id });
    await ok(admin.api().delete(`${AGENTS}/${a.id}`));
    expectProblem(await withKey(key).get(ME), 401, 'unauthenticated');
  });

  it('is refused with its last character changed', async () => {
    const { token } = await createKey(a);
    const changed = token.slice(0, -1) + (token.endsWith('A') ? 'E' : 'A');
    expect(await refusalOf(new Api(world.replica(0).url, changed).get(ME))).toBe('401 unauthenticated');
  });

  it('is found by its own agent alone, not even by an admin', async () => {
    const key = await createKey(a);
    const admin = await world.agent('Admin', { role: 'admin' });
    for (const other of [b, admin]) {
      expect(await refusalOf(other.api().delete(`${KEYS}/${key.id}`))).toBe('404 access_key_not_found');
      expect(await keysOf(other)).toEqual([]);
    }
    expect(await ok(withKey(key).get(ME))).toMatchObject({ id: a.id });
  });
});

describe('the list of keys', () => {
  it.each([{ size: 1 }, { size: 2 }, { size: 5 }, { size: 7 }])(
    'has all of them, newest first, in pages of $size',
    async ({ size }) => {
      const made: string[] = [];
      for (const n of range(1, 5)) made.unshift((await createKey(a, { name: `${n}` })).id);
      const listed = await listAll<AccessKeyResource>(a, KEYS, size);
      expect(listed.map(({ id }) => id)).toEqual(made);
    },
  );
});

describe('creating a key', () => {
  it.each([
    { what: 'no name', body: {}, path: 'name' },
    { what: 'an empty name', body: { name: '' }, path: 'name' },
    { what: 'a name of 256', body: { name: 'x'.repeat(256) }, path: 'name' },
    { what: 'an end at once', body: { name: 'a bot', expire: 0 }, path: 'expire' },
    { what: 'an end that is text', body: { name: 'a bot', expire: '60' }, path: 'expire' },
    { what: 'half a second', body: { name: 'a bot', expire: 0.5 }, path: 'expire' },
    { what: "another's agent_id", body: { name: 'a bot', agent_id: '1' }, path: 'agent_id' },
  ])('is refused with $what', async ({ body, path }) => {
    expectProblem(await a.api().post(KEYS, body), 400, 'invalid_request', path);
  });
});
