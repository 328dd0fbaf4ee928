import { setTimeout as sleep } from 'node:timers/promises';
import { Api, signToken } from './support/api.js';
import { AGENTS, CHATS, createTalk, MESSAGES, ok, range, refusalOf } from './support/builders.js';
import { connect, type Client } from './support/client.js';
import { expectRefusal } from './support/problems.js';
import { pidOf } from './support/redis-pid.js';
import { startRedis } from './support/redis-server.js';
import { World, type TestAgent } from './support/world.js';

/** Milliseconds: a second, and what measuring it on a busy machine costs. */
const PROMISED = 1_250;
const PATIENCE = 8_000;
const REPLICAS = [0, 1];

let redis: Awaited<ReturnType<typeof startRedis>>;
let world: World;
let admin: TestAgent;

beforeAll(async () => {
  redis = await startRedis();
  world = await World.create({ replicas: 2, env: { REDIS_URL: redis.url } });
  admin = await world.agent('Admin', { role: 'admin' });
});

afterAll(async () => {
  await world.close();
  await redis.stop();
});

/** Someone with a token, and what ends it; tells when that was, in milliseconds since 1970. */
interface Bearer {
  agent: TestAgent;
  token: string;
  end: () => Promise<number>;
}

const disable = ({ id }: TestAgent): Promise<unknown> =>
  ok(admin.api().put(`${AGENTS}/${id}`, { status: 'disabled' }));

async function bearerToDisable(): Promise<Bearer> {
  const agent = await world.agent('Disabled');
  return { agent, token: agent.token, end: () => disable(agent).then(Date.now) };
}

async function bearerToDelete(): Promise<Bearer> {
  const agent = await world.agent('Deleted');
  await createTalk(agent);
  const end = (): Promise<number> => ok(admin.api().delete(`${AGENTS}/${agent.id}`)).then(Date.now);
  return { agent, token: agent.token, end };
}

async function bearerOfKey(): Promise<Bearer> {
  const agent = await world.agent('Key');
  const { id, token } = await ok<{ id: string; token: string }>(
    agent.api().post('/accesskeys', { name: 'a bot' }),
  );
  return { agent, token, end: () => ok(agent.api().delete(`/accesskeys/${id}`)).then(Date.now) };
}

async function bearerOfEndingKey(): Promise<Bearer> {
  const agent = await world.agent('Ending key');
  const { token, tm_expire } = await ok<{ token: string; tm_expire: string }>(
    agent.api().post('/accesskeys', { name: 'a bot', expire: 2 }),
  );
  return { agent, token, end: () => until(Date.parse(`${tm_expire.replace(' ', 'T')}Z`)) };
}

async function bearerOfEndingToken(): Promise<Bearer> {
  const agent = await world.agent('Ending token');
  const token = await signToken({ agentId: agent.id, customerId: agent.customerId, expiresIn: 2 });
  return { agent, token, end: () => until(endOf(token)) };
}

const endOf = (token: string): number =>
  Number(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp) * 1000;

async function until(time: number): Promise<number> {
  await sleep(time - Date.now());
  return time;
}

const connectAs = (token: string, replica: number): Promise<Client> =>
  connect(world.replica(replica).url, token).then((client) => world.closeLater(client));

/** When the server closes this socket, `Infinity` if it does not. */
const closingOf = ({ socket }: Client): Promise<number> =>
  Promise.race([
    new Promise<number>((resolve) => socket.once('disconnect', () => resolve(Date.now()))),
    sleep(PATIENCE, Infinity, { ref: false }),
  ]);

const ENDS: { what: string; bearer: () => Promise<Bearer> }[] = [
  { what: 'a disabled agent', bearer: bearerToDisable },
  { what: 'a deleted agent', bearer: bearerToDelete },
  { what: 'a revoked key', bearer: bearerOfKey },
  { what: 'an ended key', bearer: bearerOfEndingKey },
  { what: 'an ended token', bearer: bearerOfEndingToken },
];

async function expectRevoked(find: () => Promise<Bearer>): Promise<void> {
  const { agent, token, end } = await find();
  const bystander = await agent.connect(1);
  const clients = await Promise.all(REPLICAS.map((replica) => connectAs(token, replica)));
  for (const client of clients) expect(await client.subscribe()).toMatchObject({ ok: true });
  const closings = Promise.all(clients.map(closingOf));
  const ended = await end();
  for (const closed of await closings) expect(closed - ended).toBeLessThan(PROMISED);
  for (const replica of REPLICAS) {
    const api = new Api(world.replica(replica).url, token);
    expect(await refusalOf(api.get(CHATS))).toBe('401 unauthenticated');
    await expect(connectAs(token, replica)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  }
  // What ended was the token, so a socket under another of the same agent goes on; else the agent.
  expect(bystander.socket.connected).toBe(token !== agent.token);
}

describe('within a second, on both replicas, sockets are closed and calls refused of', () => {
  it.each(ENDS)('$what', ({ bearer }) => expectRevoked(bearer));
});

describe('a refresh', () => {
  const shortToken = ({ id, customerId }: TestAgent): Promise<string> =>
    signToken({ agentId: id, customerId, expiresIn: 2 });

  it('keeps the socket past the end of the token it came with', async () => {
    const [agent] = await world.agents('Agent A');
    const talk = await createTalk(agent);
    const token = await shortToken(agent);
    const client = await connectAs(token, 1);
    await client.subscribe();
    expect(await client.emit('refresh', { token: agent.token })).toEqual({ ok: true });
    await sleep(endOf(token) - Date.now() + PROMISED);
    expect(client.socket.connected).toBe(true);
    const ack = await client.emit('message_create', { chat_id: talk.id, text: 'Still here' });
    expect(ack).toMatchObject({ ok: true });
    await client.reach(talk.id, 1);
  });

  it("with another agent's token, a bad one or none is refused, and changes nothing", async () => {
    const [agent, other] = await world.agents('Agent A', 'Agent B');
    const token = await shortToken(agent);
    const client = await connectAs(token, 0);
    const closing = closingOf(client);
    expectRefusal(await client.emit('refresh', { token: other.token }), 401, 'unauthenticated');
    expectRefusal(await client.emit('refresh', { token: 'nonsense' }), 401, 'unauthenticated');
    for (const bad of [undefined, null, {}, { token: 7 }, { token: [agent.token] }, 'token']) {
      expectRefusal(await client.emit('refresh', bad), 400, 'invalid_request', 'token');
    }
    expect(await client.subscribe()).toMatchObject({ ok: true });
    const closed = await closing;
    expect(closed).toBeGreaterThanOrEqual(endOf(token));
    expect(closed - endOf(token)).toBeLessThan(PROMISED);
  });

  it('takes an access key of the same agent, whose end is then that of the socket', async () => {
    const { agent, token, end } = await bearerOfKey();
    const client = await agent.connect(1);
    expect(await client.emit('refresh', { token })).toEqual({ ok: true });
    const closing = closingOf(client);
    const ended = await end();
    expect((await closing) - ended).toBeLessThan(PROMISED);
  });
});

it('a socket that takes a key in the very moment of its revoking does not stay', async () => {
  const sockets: Client['socket'][] = [];
  const race = async (round: number): Promise<void> => {
    const { agent, token, end } = await bearerOfKey();
    const client = await agent.connect(round % 2);
    const refreshing = client.emit('refresh', { token }).catch(() => ({ ok: true }));
    await sleep(round % 5);
    await end();
    // A refused socket goes on under the token that it came with.
    if ((await refreshing).ok) sockets.push(client.socket);
  };
  for (const wave of range(0, 9)) await Promise.all(range(0, 9).map((round) => race(wave * 10 + round)));
  await sleep(1_500);
  expect(sockets.length).toBeGreaterThan(0);
  expect(sockets.filter(({ connected }) => connected).length).toBe(0);
});

it('a socket that connects in the very moment of disabling does not stay', async () => {
  const sockets: Client['socket'][] = [];
  const race = async (round: number): Promise<void> => {
    const agent = await world.agent('Racer');
    const connecting = agent.connect(round % 2).then(
      ({ socket }) => void sockets.push(socket),
      () => undefined,
    );
    await sleep(round % 12);
    await disable(agent);
    await Promise.race([connecting, sleep(PATIENCE, undefined, { ref: false })]);
  };
  for (const wave of range(0, 9)) await Promise.all(range(0, 9).map((round) => race(wave * 10 + round)));
  await sleep(1_500);
  expect(sockets.filter(({ connected }) => connected).length).toBe(0);
  // Some of them did get in, so that there was something to close.
  expect(sockets.length).toBeGreaterThan(0);
});

describe('while Redis hangs, too, of', () => {
  let pid: number;

  beforeAll(async () => {
    pid = await pidOf(redis.url);
    process.kill(pid, 'SIGSTOP');
  });

  afterAll(() => process.kill(pid, 'SIGCONT'));

  it.each(ENDS.slice(0, 3))('$what', ({ bearer }) => expectRevoked(bearer));
});

describe('while Redis is away, too, of', () => {
  beforeAll(() => redis.stop());

  it.each(ENDS)('$what', ({ bearer }) => expectRevoked(bearer));

  it('nobody else: others go on', async () => {
    const [agent] = await world.agents('Agent A');
    const talk = await createTalk(agent);
    const client = await agent.follow(1);
    await disable(await world.agent('Agent B'));
    await ok(agent.api().post(MESSAGES, { chat_id: talk.id, text: 'Hello' }));
    await client.reach(talk.id, 1);
    await sleep(PROMISED);
    expect(client.socket.connected).toBe(true);
  });
});
