import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { Api, JWT_SECRET, type Answer } from './support/api.js';
import { CHATS, range } from './support/builders.js';
import { talk } from './support/command.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';
import { Postgres } from './support/postgres.js';
import { startReplica, WAITING, type Replica } from './support/replica.js';

const READY = { status: 'ready', database: 'up', schema: 'current', redis: 'none', stopping: false };
const DATABASE_AWAY = { ...READY, status: 'not_ready', database: 'away', schema: 'unknown' };
/** Milliseconds in which a replica that logs at every look would have logged several times. */
const SEVERAL_LOOKS = 2_500;

let folder: string;
const replicas: Replica[] = [];
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'talk-failures-'))));
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function startWaiting(env: Record<string, string>): Promise<Replica> {
  const replica = await startReplica({ JWT_SECRET, LOG_LEVEL: 'info', ...env }, { said: WAITING });
  replicas.push(replica);
  return replica;
}

const get = ({ url }: Replica, path: string): Promise<Answer> => new Api(url).get(path);

/** What it was warned of, and worse. */
const complaints = (replica: Replica): string[] =>
  replica
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: number; msg: string })
    .filter(({ level }) => level >= 40)
    .map(({ msg }) => msg);

/** It lives, is not ready, serves nobody, and says why in one line however long it takes. */
async function expectWaiting(replica: Replica, health: object, reason: RegExp): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SEVERAL_LOOKS));
  expect(await get(replica, '/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await get(replica, '/readyz')).toMatchObject({ status: 503, body: health });
  const refused = await get(replica, CHATS);
  expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
  expect(refused.headers.get('retry-after')).toBe('1');
  const login = await new Api(replica.url).post('/auth/login', { username: 'a', password: 'b' });
  expect(login.status).toBe(503);
  expect(await connectError(replica)).toBe('unavailable');
  expect(complaints(replica)).toEqual([expect.stringMatching(reason)]);
}

async function connectError({ url }: Replica): Promise<unknown> {
  const socket = io(url, { transports: ['websocket'], reconnection: false, auth: { token: 'any' } });
  const error = await new Promise<Error & { data?: { code: string } }>((resolve) =>
    socket.once('connect_error', resolve),
  );
  socket.disconnect();
  return error.data?.code;
}

/** It is ready by itself, in the same process. */
async function expectServing(replica: Replica): Promise<void> {
  await eventually(
    () => get(replica, '/readyz'),
    ({ status }) => status === 200,
  );
  expect((await get(replica, '/readyz')).body).toEqual(READY);
  expect((await get(replica, CHATS)).status).toBe(401);
  expect(replica.output()).toContain('Talk is ready at');
}

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await database.query('DROP SCHEMA public CASCADE');
  await database.query('CREATE SCHEMA public');
  return database;
}

describe('a replica that is started before', () => {
  it('its migration waits unready, and serves once it is done', async () => {
    const database = await emptyDatabase();
    const waiting = await Promise.all(range(1, 2).map(() => startWaiting({ DATABASE_URL: database.url })));
    const outdated = { ...READY, status: 'not_ready', schema: 'outdated' };
    for (const replica of waiting) await expectWaiting(replica, outdated, /the database has an older schema/);
    expect((await talk(database.url, 'migrate')).code).toBe(0);
    for (const replica of waiting) {
      await expectServing(replica);
      expect(await replica.stop()).toBe(0);
    }
    await database.release();
  });

  it('its database waits unready, and serves once that is there', async () => {
    const server = await Postgres.start(join(folder, 'late'));
    expect((await talk(server.url, 'migrate')).code).toBe(0);
    await server.stop('fast');
    const replica = await startWaiting({ DATABASE_URL: server.url });
    await expectWaiting(replica, DATABASE_AWAY, /the database cannot be reached: .*ECONNREFUSED/);
    await server.startAgain();
    await expectServing(replica);
    expect(await replica.stop()).toBe(0);
    await server.stop();
  });

  it('its password is right waits unready, and serves once it is', async () => {
    const database = await createTestDatabase();
    const role = `late_${new URL(database.url).pathname.slice(1)}`;
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'another' SUPERUSER`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'not-this-one'];
    const replica = await startWaiting({ DATABASE_URL: url.href });
    await expectWaiting(replica, DATABASE_AWAY, /password authentication failed for user/);
    expect(replica.output()).not.toContain('not-this-one');
    await database.query(`ALTER ROLE ${role} PASSWORD 'not-this-one'`);
    await expectServing(replica);
    expect(await replica.stop()).toBe(0);
    await database.release();
  });

  it('its schema stops at once when told to', async () => {
    const database = await emptyDatabase();
    const replica = await startWaiting({ DATABASE_URL: database.url });
    expect(await replica.stop()).toBe(0);
    expect(replica.output()).not.toContain('Talk is ready');
    await database.release();
  });
});

it('a replica serves on a schema that is newer than its build', async () => {
  const database = await createTestDatabase();
  await database.query(
    `INSERT INTO migrations (timestamp, name) VALUES (9000000000000, 'Further9000000000000')`,
  );
  const replica = await startReplica({ DATABASE_URL: database.url, JWT_SECRET });
  replicas.push(replica);
  await expectServing(replica);
  expect(await replica.stop()).toBe(0);
  await database.release();
});
