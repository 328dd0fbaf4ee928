import { randomUUID } from 'node:crypto';
import type { AgentResource } from '../src/agents/agent.presenter.js';
import { Api, signToken } from './support/api.js';
import {
  AGENTS,
  anId,
  aTime,
  CHATS,
  createAgent,
  createTalk,
  listAll,
  ok,
  PASSWORD,
  range,
  readTalk,
  refusalOf,
} from './support/builders.js';
import { expectProblem } from './support/problems.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let admin: TestAgent;
let stranger: TestAgent;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

/** Every test has a customer of its own. */
beforeEach(async () => {
  const customerId = randomUUID();
  admin = await world.agent('Admin', { role: 'admin', customerId });
  a = await world.agent('Agent A', { customerId });
  stranger = await world.agent('Stranger', { role: 'admin', customerId: randomUUID() });
});

const anonymous = (): Api => new Api(world.replica(0).url);

const logIn = (username: string, password = PASSWORD): Promise<string> =>
  refusalOf(anonymous().post('/auth/login', { username, password }));

const loggedIn = async (username: string, password = PASSWORD): Promise<Api> => {
  const { token } = await ok<{ token: string }>(anonymous().post('/auth/login', { username, password }));
  return new Api(world.replica(0).url, token);
};

const update = ({ id }: { id: string }, changes: object): Promise<AgentResource> =>
  ok(admin.api().put(`${AGENTS}/${id}`, changes));

describe('the list of agents', () => {
  it.each([{ size: 1 }, { size: 3 }, { size: 100 }])(
    'has all of my customer, newest first, in pages of $size',
    async ({ size }) => {
      const made = [admin.id, a.id];
      for (const name of range(1, 4)) made.push((await createAgent(admin, { name: `${name}` })).id);
      const listed = await listAll<AgentResource>(a, AGENTS, size);
      expect(listed.map(({ id }) => id)).toEqual(made.reverse());
      expect(listed.at(-1)).toMatchObject({ id: admin.id, name: 'Admin', username: '', status: 'active' });
    },
  );

  it.each([AGENTS, '/service_agents/agents', '/v1.0/agents', '/v1.0/service_agents/agents'])(
    'and each of them are also at %s',
    async (path) => {
      expect(await ok(a.api().get(path))).toEqual(await ok(a.api().get(AGENTS)));
      expect(await ok(a.api().get(`${path}/${admin.id}`))).toMatchObject({ id: admin.id, name: 'Admin' });
    },
  );

  it('has no deleted agent', async () => {
    const { id } = await createAgent(admin);
    await ok(admin.api().delete(`${AGENTS}/${id}`));
    expect((await listAll<AgentResource>(a, AGENTS, 100)).map((agent) => agent.id)).toEqual([a.id, admin.id]);
    expect(await refusalOf(a.api().get(`${AGENTS}/${id}`))).toBe('404 agent_not_found');
  });
});

it('/service_agents/me is the calling agent', async () => {
  const me = await ok(a.api().get('/service_agents/me'));
  expect(me).toMatchObject({ id: a.id, customer_id: a.customerId, name: 'Agent A', role: 'agent' });
  expect(me).toEqual(await ok(admin.api().get(`${AGENTS}/${a.id}`)));
});

it('/customers lists my own alone', async () => {
  const list = await ok(a.api().get('/customers'));
  const mine = { id: a.customerId, name: '', tm_create: aTime, tm_update: aTime, tm_delete: '' };
  expect(list).toEqual({ result: [mine], next_page_token: aTime });
});

describe("another customer's agent", () => {
  it.each(['GET', 'PUT', 'DELETE'])('cannot be told from an absent one: %s', async (method) => {
    const ask = async (id: string): Promise<object> => {
      const body = method === 'PUT' ? JSON.stringify({ name: 'Mine now' }) : undefined;
      const { status, body: problem } = await admin.api().call(method, `${AGENTS}/${id}`, body);
      return { ...problem, status, request_id: undefined };
    };
    const absent = await ask(randomUUID());
    expect(absent).toMatchObject({ status: 404, code: 'agent_not_found' });
    expect(await ask(stranger.id)).toEqual(absent);
    expect(await ok(stranger.api().get('/service_agents/me'))).toMatchObject({ name: 'Stranger' });
  });

  it('is not on the list', async () => {
    const listed = await listAll<AgentResource>(a, AGENTS, 100);
    expect(listed.map(({ id }) => id)).not.toContain(stranger.id);
  });
});

describe('creating an agent', () => {
  it('gives it all that was said, and what nobody said', async () => {
    const id = randomUUID();
    const said = { username: `u-${id}`, name: 'New', detail: 'Night shift', role: 'admin' };
    const made = await ok(admin.api().post(AGENTS, { id, password: PASSWORD, ...said }));
    const added = { status: 'active', tm_create: aTime, tm_update: aTime, tm_delete: '' };
    expect(made).toEqual({ id, customer_id: admin.customerId, ...said, ...added });
    expect(await createAgent(admin)).toMatchObject({ id: anId, name: '', detail: '', role: 'agent' });
    expect(await ok(a.api().get(`${AGENTS}/${id}`))).toEqual(made);
  });

  it('lets it log in and work', async () => {
    const { id, username } = await createAgent(admin, { name: 'New' });
    const talk = await ok((await loggedIn(username)).post(CHATS, { participant_ids: [a.id] }));
    expect(talk).toMatchObject({ owner_id: id, customer_id: admin.customerId, member_count: 2 });
    expect(await logIn(username, 'another password')).toBe('401 invalid_credentials');
  });

  it('takes an id only once', async () => {
    const again = (id: string): Promise<string> =>
      refusalOf(admin.api().post(AGENTS, { id, username: `u-${randomUUID()}`, password: PASSWORD }));
    expect(await again(a.id)).toBe('409 agent_exists');
    expect(await again((await createAgent(admin)).id)).toBe('409 agent_exists');
  });

  it('takes a username only once over all customers, also where many ask at once', async () => {
    const body = { username: `u-${randomUUID()}`, password: PASSWORD };
    const calls = range(1, 6).map((n) => (n % 2 ? admin : stranger).api().post(AGENTS, body));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expectProblem(await stranger.api().post(AGENTS, body), 409, 'username_taken');
    const { id } = await createAgent(stranger);
    const rename = stranger.api().put(`${AGENTS}/${id}`, { username: body.username });
    expect(await refusalOf(rename)).toBe('409 username_taken');
  });

  it.each([
    { what: '7 characters', password: 'x'.repeat(7), status: 400 },
    { what: '8 characters', password: 'x'.repeat(8), status: 200 },
    { what: '7 code points of 14 units', password: '😀'.repeat(7), status: 400 },
    { what: '128 code points of 512 bytes', password: '😀'.repeat(128), status: 200 },
    { what: '129 characters', password: 'x'.repeat(129), status: 400 },
    { what: 'a number', password: 12345678, status: 400 },
  ])('takes a password of 8 to 128 characters: $what', async ({ password, status }) => {
    const username = `u-${randomUUID()}`;
    const answer = await admin.api().post(AGENTS, { username, password });
    expect(answer.status).toBe(status);
    if (status === 400) expectProblem(answer, 400, 'invalid_request', 'password');
    else expect(await logIn(username, `${password}`)).toBe('200 undefined');
    const changed = await admin.api().put(`${AGENTS}/${a.id}`, { password });
    expect(changed.status).toBe(status);
  });

  it('never shows a password or its hash', async () => {
    const answer = await admin.api().post(AGENTS, { username: `u-${randomUUID()}`, password: PASSWORD });
    expect(JSON.stringify(answer.body)).not.toMatch(/password|argon|correct horse/);
  });
});

describe('only an admin', () => {
  it.each<{ what: string; call: () => Promise<unknown>; as: () => TestAgent }>([
    { what: 'creates', call: () => a.api().post(AGENTS, { username: 'u', password: PASSWORD }), as: () => a },
    { what: 'changes others', call: () => a.api().put(`${AGENTS}/${admin.id}`, { name: 'x' }), as: () => a },
    { what: 'changes itself', call: () => a.api().put(`${AGENTS}/${a.id}`, { role: 'admin' }), as: () => a },
    { what: 'deletes', call: () => a.api().delete(`${AGENTS}/${admin.id}`), as: () => a },
  ])('$what', async ({ call }) => {
    expectProblem((await call()) as never, 403, 'not_admin');
    const listed = await listAll<AgentResource>(a, AGENTS, 100);
    expect(listed).toMatchObject([
      { id: a.id, name: 'Agent A', role: 'agent' },
      { id: admin.id, name: 'Admin' },
    ]);
  });
});

describe('updating an agent', () => {
  it('changes what is given and leaves the rest', async () => {
    const made = await createAgent(admin, { name: 'Before', detail: 'Night shift' });
    const updated = await update(made, { name: 'After' });
    expect(updated).toEqual({ ...made, name: 'After', tm_update: aTime });
    expect(updated.tm_update > made.tm_update).toBe(true);
    expect(await ok(a.api().get(`${AGENTS}/${made.id}`))).toEqual(updated);
  });

  it('to disabled keeps it from logging in and its tokens from working, until it is active again', async () => {
    const agent = await createAgent(admin);
    const api = await loggedIn(agent.username);
    expect(await update(agent, { status: 'disabled' })).toMatchObject({ status: 'disabled' });
    expect(await logIn(agent.username)).toBe('401 invalid_credentials');
    expect(await refusalOf(api.get('/service_agents/me'))).toBe('401 unauthenticated');
    await update(agent, { status: 'active' });
    expect(await logIn(agent.username)).toBe('200 undefined');
    expect(await ok(api.get('/service_agents/me'))).toMatchObject({ id: agent.id });
  });

  it('to another role takes effect on tokens given out before, and wins over their claim', async () => {
    const talk = await createTalk(a);
    const { id } = await createAgent(admin);
    const token = await signToken({ agentId: id, customerId: admin.customerId, role: 'agent' });
    const read = (): Promise<string> =>
      refusalOf(new Api(world.replica(0).url, token).get(`${CHATS}/${talk.id}`));
    expect(await read()).toBe('403 not_participant');
    await update({ id }, { role: 'admin' });
    expect(await read()).toBe('200 undefined');
    await update({ id }, { role: 'agent' });
    expect(await read()).toBe('403 not_participant');
    expect(await readTalk(admin, talk)).toEqual(talk);
  });

  it('to another password and username makes the old ones worthless', async () => {
    const agent = await createAgent(admin);
    const username = `u-${randomUUID()}`;
    await update(agent, { username, password: 'battery staple' });
    expect(await logIn(agent.username)).toBe('401 invalid_credentials');
    expect(await logIn(username)).toBe('401 invalid_credentials');
    expect(await logIn(username, 'battery staple')).toBe('200 undefined');
    expect(await createAgent(admin, { username: agent.username })).toMatchObject({
      username: agent.username,
    });
  });

  it.each([
    { status: 'deleted' },
    { role: 'root' },
    { id: randomUUID() },
    { customer_id: randomUUID() },
    { tm_delete: '' },
  ])('takes nothing else: %j', async (changes) => {
    expect(await refusalOf(admin.api().put(`${AGENTS}/${a.id}`, changes))).toBe('400 invalid_request');
  });
});
