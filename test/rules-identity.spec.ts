import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { Api, JWT_SECRET, signToken } from './support/api.js';
import { AGENTS, anId, CHATS, createTalk, messagesOf, ok, readTalk, refusalOf } from './support/builders.js';
import { connect } from './support/client.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let admin: TestAgent;
let a: TestAgent;

beforeAll(async () => {
  world = await World.create();
  admin = await world.agent('Admin', { role: 'admin' });
});

afterAll(() => world.close());

beforeEach(async () => {
  [a] = await world.agents('Agent A');
});

const callWith = (token?: string): Promise<string> =>
  refusalOf(new Api(world.replica(0).url, token).get(CHATS));

const change = ({ id }: TestAgent, changes: object): Promise<unknown> =>
  ok(admin.api().put(`${AGENTS}/${id}`, changes));

/** A token like those of `signToken`, but for what is given. */
function oddToken({
  claims = {},
  secret = JWT_SECRET,
  expires = true,
  algorithm = 'HS256',
}: {
  claims?: object;
  secret?: string;
  expires?: boolean;
  algorithm?: string;
}): Promise<string> {
  const token = new SignJWT({ sub: a.id, customer_id: world.customerId, ...claims });
  if (expires) token.setExpirationTime('1h');
  return token.setProtectedHeader({ alg: algorithm }).sign(new TextEncoder().encode(secret));
}

describe('a token', () => {
  it.each<[string, () => Promise<string | undefined>]>([
    ['missing', () => Promise.resolve(undefined)],
    ['no JWT', () => Promise.resolve('nonsense')],
    ['expired', () => signToken({ agentId: a.id, customerId: world.customerId, expiresIn: -60 })],
    ['without an end', () => oddToken({ expires: false })],
    ['signed with another secret', () => oddToken({ secret: 'some other secret, also over 32 bytes' })],
    ['signed with another algorithm', () => oddToken({ algorithm: 'HS512' })],
    ['unsigned', unsignedToken],
    ['without a sub', () => oddToken({ claims: { sub: undefined } })],
    ['for a sub that is no UUID', () => oddToken({ claims: { sub: 'agent-a' } })],
    ['without a customer', () => oddToken({ claims: { customer_id: undefined } })],
    ['for an unheard-of role', () => oddToken({ claims: { role: 'owner' } })],
    ['for another customer than the agent has', () => oddToken({ claims: { customer_id: randomUUID() } })],
  ])('is refused when it is %s', async (_, token) => {
    expect(await callWith(await token())).toBe('401 unauthenticated');
  });

  it('is refused to sockets for the same reasons, with the problem as data', async () => {
    const token = await signToken({ agentId: a.id, customerId: world.customerId, expiresIn: -60 });
    await expect(connect(world.replica(0).url, token)).rejects.toMatchObject({
      data: { status: 401, code: 'unauthenticated', request_id: anId },
    });
  });

  async function unsignedToken(): Promise<string> {
    const payload = (await oddToken({})).split('.')[1];
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    return `${header}.${payload}.`;
  }
});

describe('an agent', () => {
  it('is created when a valid token first names it', async () => {
    const agentId = randomUUID();
    const invite = (): Promise<string> => refusalOf(a.api().post(CHATS, { participant_ids: [agentId] }));
    expect(await invite()).toBe('404 agent_not_found');
    const token = await signToken({ agentId, customerId: world.customerId, name: 'Newcomer' });
    const newcomer = new Api(world.replica(0).url, token);
    expect(await ok(newcomer.get(CHATS))).toEqual({ result: [], next_page_token: '' });
    const talk = await createTalk(a);
    await ok(a.api().post(`${CHATS}/${talk.id}/participants`, { owner_id: agentId }));
    expect(await messagesOf(a, talk)).toMatchObject([{ text: 'Newcomer joined the conversation.' }]);
  });

  it('may be created by a socket too', async () => {
    const agentId = randomUUID();
    const token = await signToken({ agentId, customerId: world.customerId });
    world.closeLater(await connect(world.replica(0).url, token));
    const talk = await ok(a.api().post(CHATS, { participant_ids: [agentId] }));
    expect(talk).toMatchObject({ member_count: 2 });
  });

  it('is created once where two first sights meet', async () => {
    const token = await signToken({ agentId: randomUUID(), customerId: randomUUID() });
    const api = new Api(world.replica(0).url, token);
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.get(CHATS)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  });

  it('is refused within a second of being disabled', async () => {
    await change(a, { status: 'disabled' });
    await sleep(1000);
    expect(await callWith(a.token)).toBe('401 unauthenticated');
    await expect(a.connect()).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });

  it('is refused within a second of being deleted, and not created again', async () => {
    await ok(admin.api().delete(`${AGENTS}/${a.id}`));
    await sleep(1000);
    expect(await callWith(a.token)).toBe('401 unauthenticated');
    expect(await callWith(a.token)).toBe('401 unauthenticated');
  });
});

describe('a role', () => {
  it('is that of the claim where the directory sets none', async () => {
    const talk = await createTalk(a);
    expect(await readTalk(admin, talk)).toEqual(talk);
  });

  it('is agent where nobody sets one', async () => {
    const { id } = await createTalk(a);
    const other = await world.agent('Agent B');
    expect(await refusalOf(other.api().get(`${CHATS}/${id}`))).toBe('403 not_participant');
  });

  it('set in the directory wins over the claim, either way', async () => {
    const talk = await createTalk(a);
    const demoted = await world.agent('Demoted', { role: 'admin' });
    const promoted = await world.agent('Promoted', { role: 'agent' });
    await change(demoted, { role: 'agent' });
    await change(promoted, { role: 'admin' });
    await sleep(1000);
    expect(await refusalOf(demoted.api().get(`${CHATS}/${talk.id}`))).toBe('403 not_participant');
    expect(await readTalk(promoted, talk)).toEqual(talk);
  });
});

it('a refusal is problem details, and names the request', async () => {
  const answer = await new Api(world.replica(0).url).get(CHATS);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toEqual({
    type: expect.any(String) as string,
    title: expect.any(String) as string,
    status: 401,
    detail: expect.any(String) as string,
    code: 'unauthenticated',
    request_id: answer.headers.get('x-request-id'),
  });
});
