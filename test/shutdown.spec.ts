import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTo, type Socket as NetSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Api } from './support/api.js';
import { createTalk, MESSAGES, range, send } from './support/builders.js';
import type { Client } from './support/client.js';
import { eventually } from './support/eventually.js';
import { holdTalk } from './support/held-talk.js';
import { startReplica, type Replica } from './support/replica.js';
import { stopReading } from './support/slow.js';
import { World, type TestAgent } from './support/world.js';

/** Milliseconds, far below the grace of the tests that expect it. */
const QUICKLY = 6_000;

let world: World;
beforeAll(async () => void (world = await World.create()));
afterAll(() => world.close());

/** Starts one more replica, to be stopped by the test; agents call it by its index. */
async function startAnother(env: Record<string, string>): Promise<{ replica: Replica; index: number }> {
  const replica = await startReplica({ ...world.env, ...env });
  return { replica, index: world.replicas.push(replica) - 1 };
}

/** Resolves once the replica acts upon a signal. */
const told = (replica: Replica): Promise<unknown> =>
  eventually(
    () => replica.output(),
    (output) => output.includes('Stopping at'),
  );

/** Resolves once nobody listens there any more. */
const unlistened = ({ url }: Replica): Promise<unknown> =>
  eventually(
    () =>
      fetch(`${url}/livez`).then(
        () => false,
        () => true,
      ),
    (isRefused) => isRefused,
  );

/** A connection that bytes are written to as they stand. */
async function open({ url }: Replica, bytes = ''): Promise<NetSocket> {
  const { hostname, port } = new URL(url);
  const connection = connectTo(Number(port), hostname);
  connection.on('error', () => undefined);
  await once(connection, 'connect');
  if (bytes) connection.write(bytes);
  return connection;
}

const closing = ({ socket }: Client): Promise<{ at: number; reason: string }> =>
  new Promise((resolve) => socket.once('disconnect', (reason) => resolve({ at: Date.now(), reason })));

const cuts = (replica: Replica): string[] => replica.output().match(/Cut off after[^"]*/g) ?? [];

describe('at SIGTERM a replica', () => {
  it('is unready at once and serves until its delay is over, and each answer ends its connection', async () => {
    const { replica, index } = await startAnother({ SHUTDOWN_DELAY: '2s', SHUTDOWN_GRACE: '20s' });
    const agent = await world.agent('Agent');
    const talk = await createTalk(agent);
    const api = agent.api(index);
    expect((await api.get('/readyz')).headers.get('connection')).toBe('keep-alive');
    const begun = Date.now();
    const ended = replica.stop();
    await told(replica);
    const readiness = await api.get('/readyz');
    expect([readiness.status, readiness.body]).toMatchObject([
      503,
      { status: 'not_ready', database: 'up', stopping: true },
    ]);
    // It may be told to move before its first packet has come in.
    const subscribing = async (): Promise<unknown> => (await agent.connect(index)).subscribe();
    expect(
      await eventually(
        () => subscribing().catch(() => undefined),
        (ack) => ack !== undefined,
      ),
    ).toMatchObject({ ok: true });
    let served = 0;
    for (; ; served += 1) {
      const answer = await api.post(MESSAGES, { chat_id: talk.id, text: 'late' }).catch(() => undefined);
      if (!answer) break;
      expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
      expect((await api.get('/livez').catch(() => undefined))?.status ?? 200).toBe(200);
    }
    expect(served).toBeGreaterThan(1);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_900);
    expect(await ended).toBe(0);
    expect(Date.now() - begun).toBeLessThan(15_000);
    expect(cuts(replica)).toEqual([]);
  });

  it('tells its sockets to move in slices over the first half of its grace', async () => {
    const { replica, index } = await startAnother({ SHUTDOWN_GRACE: '8s' });
    const agent = await world.agent('Agent');
    const clients = await Promise.all(range(1, 8).map(() => agent.follow(index)));
    const closed = Promise.all(clients.map(closing));
    const begun = Date.now();
    const ended = replica.stop();
    const ends = (await closed).toSorted((a, b) => a.at - b.at);
    // What makes a client of Socket.IO connect again by itself.
    expect(new Set(ends.map(({ reason }) => reason))).toEqual(new Set(['transport close']));
    const [first = 0, , , , middle = 0, , , last = 0] = ends.map(({ at }) => at - begun);
    expect(first).toBeLessThan(1_500);
    expect(middle - first).toBeGreaterThan(1_000);
    expect(last - middle).toBeGreaterThan(750);
    expect(last).toBeLessThan(6_000);
    expect(await ended).toBe(0);
    expect(Date.now() - begun).toBeLessThan(8_000);
  });

  it('answers a packet in work before it closes the socket', async () => {
    const { replica, index } = await startAnother({ SHUTDOWN_GRACE: '20s' });
    const agent = await world.agent('Agent');
    const talk = await createTalk(agent);
    const client = await agent.connect(index);
    const closed = closing(client);
    const held = await holdTalk(world.database, talk);
    const ack = client.emit('message_create', { chat_id: talk.id, text: 'in work' });
    await held.awaited(1);
    const ended = replica.stop();
    await told(replica);
    await held.release();
    expect(await ack).toMatchObject({ ok: true, data: { text: 'in work' } });
    expect((await closed).reason).toBe('transport close');
    expect(await ended).toBe(0);
  });

  it('finishes a request in work, and publishes what it committed', async () => {
    const { replica, index } = await startAnother({ SHUTDOWN_GRACE: '20s' });
    const [author, reader] = await world.agents('Author', 'Reader');
    const talk = await createTalk(author, [reader]);
    const elsewhere = await reader.follow(0);
    const redis = new Redis(world.env.REDIS_URL ?? '');
    const published: string[] = [];
    redis.on('message', (_channel, text: string) => published.push(text));
    await redis.subscribe(`${world.env.REDIS_PREFIX}:chat:${talk.id}`);
    const held = await holdTalk(world.database, talk);
    const sent = author.api(index).post(MESSAGES, { chat_id: talk.id, text: 'in work' });
    await held.awaited(1);
    const ended = replica.stop();
    await unlistened(replica);
    await held.release();
    const { status, headers } = await sent;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    expect(await ended).toBe(0);
    await elsewhere.reach(talk.id, 1);
    expect(published.map((text) => (JSON.parse(text) as { seq: number }).seq)).toEqual([1]);
    redis.disconnect();
  });

  it('serves a request that still comes on a connection made before', async () => {
    const { replica, index } = await startAnother({ SHUTDOWN_GRACE: '20s' });
    const agent = await world.agent('Agent');
    const talk = await createTalk(agent);
    const connection = await open(replica);
    const held = await holdTalk(world.database, talk);
    const sent = agent.api(index).post(MESSAGES, { chat_id: talk.id, text: 'in work' });
    await held.awaited(1);
    const ended = replica.stop();
    await unlistened(replica);
    connection.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = (await once(connection, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 .*^Connection: close\r$/ims);
    await held.release();
    expect((await sent).status).toBe(200);
    expect(await ended).toBe(0);
  });

  it('does not wait for the rest of its grace where nothing is in work', async () => {
    const { replica } = await startAnother({ SHUTDOWN_GRACE: '60s' });
    const unused = await open(replica);
    const begun = Date.now();
    expect(await replica.stop()).toBe(0);
    expect(Date.now() - begun).toBeLessThan(QUICKLY);
    expect(cuts(replica)).toEqual([]);
    unused.destroy();
  });

  it('waits for a socket that does not read for a moment only', async () => {
    const { replica, index } = await startAnother({ SHUTDOWN_GRACE: '60s' });
    const agent = await world.agent('Agent');
    const readOn = stopReading(await agent.follow(index));
    const begun = Date.now();
    expect(await replica.stop()).toBe(0);
    expect(Date.now() - begun).toBeLessThan(QUICKLY);
    readOn();
  });

  describe('cuts off, when its grace is over, and says so once,', () => {
    const ask = (agent: TestAgent, line: string): string =>
      `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${agent.token}\r\nContent-Type: application/json\r\n`;

    it.each<[string, (replica: Replica, agent: TestAgent) => Promise<NetSocket>]>([
      [
        'a client that does not read its answers',
        async (replica, agent) => {
          const talk = await createTalk(agent);
          await Promise.all(range(1, 50).map(() => send(agent, talk, '🎉'.repeat(10_000))));
          const request = `${ask(agent, `GET ${MESSAGES}?chat_id=${talk.id}`)}\r\n`;
          const connection = await open(replica, request.repeat(10));
          await once(connection, 'readable');
          return connection;
        },
      ],
      [
        'a request that is never finished',
        (replica, agent) => open(replica, `${ask(agent, `POST ${MESSAGES}`)}Content-Length: 10\r\n\r\n{`),
      ],
    ])('%s', async (_, hang) => {
      const { replica, index } = await startAnother({ SHUTDOWN_GRACE: '3s' });
      const agent = await world.agent('Agent');
      const connection = await hang(replica, agent);
      await agent.api(index).get('/livez');
      const begun = Date.now();
      expect(await replica.stop()).toBe(0);
      expect(Date.now() - begun).toBeGreaterThanOrEqual(2_900);
      expect(Date.now() - begun).toBeLessThan(3_000 + QUICKLY);
      expect(cuts(replica)).toEqual([
        expect.stringMatching(/^Cut off after 3000 ms: [1-9]\d* requests and 0 sockets/),
      ]);
      connection.destroy();
    });
  });
});

it('at SIGINT a replica ends quickly, its sockets with it', async () => {
  const { replica, index } = await startAnother({ SHUTDOWN_DELAY: '60s', SHUTDOWN_GRACE: '120s' });
  const agent = await world.agent('Agent');
  const closed = Promise.all((await Promise.all(range(1, 5).map(() => agent.follow(index)))).map(closing));
  const begun = Date.now();
  replica.process.kill('SIGINT');
  expect(await once(replica.process, 'close')).toEqual([0, null]);
  expect(Date.now() - begun).toBeLessThan(QUICKLY);
  await closed;
});

it.each(['SIGTERM', 'SIGINT'] as const)('at a second signal, %s, everything ends at once', async (second) => {
  const folder = await mkdtemp(join(tmpdir(), 'talk-shutdown-'));
  const replica = await startReplica({
    DATA_DIR: folder,
    SHUTDOWN_DELAY: '60s',
    SHUTDOWN_GRACE: '120s',
    LOG_LEVEL: 'info',
  });
  const begun = Date.now();
  const ended = replica.stop();
  await told(replica);
  expect((await new Api(replica.url).get('/livez')).status).toBe(200);
  replica.process.kill(second);
  expect(await ended).toBe(0);
  expect(Date.now() - begun).toBeLessThan(QUICKLY);
  // PostgreSQL takes this file away when it has ended in good order.
  await expect(access(join(folder, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT');
  await rm(folder, { recursive: true, force: true });
});
