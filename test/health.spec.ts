import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Api, JWT_SECRET, type Answer } from './support/api.js';
import { range } from './support/builders.js';
import { eventually } from './support/eventually.js';
import { Postgres } from './support/postgres.js';
import { startRedis } from './support/redis-server.js';
import { startReplica, type Replica } from './support/replica.js';
import { World } from './support/world.js';

/** Milliseconds: what is promised, and what a machine that others use may add. */
const SOON = 1_000 + 1_500;

const READY = { status: 'ready', database: 'up', schema: 'current', redis: 'up', stopping: false };
const DATABASE_AWAY = { ...READY, status: 'not_ready', database: 'away', schema: 'unknown' };

let world: World;
let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  redis = await startRedis();
  world = await World.create({ env: { REDIS_URL: redis.url } });
});
afterAll(async () => {
  await world.close();
  await redis.stop();
});

const health = (path: string, replica = world.replica(0)): Promise<Answer> => new Api(replica.url).get(path);

/** Waits for an answer of this status, and of this body. */
async function expectReadiness(status: number, body: object, replica = world.replica(0)): Promise<void> {
  const isIt = (seen: object): boolean =>
    Object.entries(body).every(([key, value]) => (seen as Record<string, unknown>)[key] === value);
  const answer = await eventually(
    () => health('/readyz', replica),
    (seen) => seen.status === status && isIt(seen.body),
  );
  expect(answer.body).toEqual(body);
  expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
}

it.each(['', '/v1.0'])('answers to anyone that it lives and is ready, below "%s"', async (prefix) => {
  expect(await health(`${prefix}/livez`)).toMatchObject({ status: 200, body: { status: 'ok' } });
  await expectReadiness(200, READY);
  expect(await health(`${prefix}/readyz`)).toMatchObject({ status: 200, body: READY });
});

it('is not ready while the database lets nobody in, lives all the same, and is ready again afterwards', async () => {
  const name = new URL(world.database.url).pathname.slice(1);
  const admin = new pg.Client(process.env.TEST_DATABASE_URL);
  await admin.connect();
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await expectReadiness(503, DATABASE_AWAY);
  expect((await health('/livez')).status).toBe(200);
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await admin.end();
  await expectReadiness(200, READY);
});

it('is not ready on a schema that lacks a migration', async () => {
  const outdated = { ...READY, status: 'not_ready', schema: 'outdated' };
  const [last] = await world.database.query<{ timestamp: string; name: string }>(
    'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING timestamp, name',
  );
  await expectReadiness(503, outdated);
  await world.database.query('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', [
    last?.timestamp,
    last?.name,
  ]);
  await expectReadiness(200, READY);
  await world.database.query('ALTER TABLE migrations RENAME TO elsewhere');
  await expectReadiness(503, outdated);
  await world.database.query('ALTER TABLE elsewhere RENAME TO migrations');
  await expectReadiness(200, READY);
});

it('is ready without Redis, and says that it is away', async () => {
  await redis.stop();
  await expectReadiness(200, { ...READY, status: 'degraded', redis: 'away' });
  redis = await startRedis(Number(new URL(redis.url).port));
  await expectReadiness(200, READY);
});

describe('with a PostgreSQL that freezes, and no Redis', () => {
  const ready = { ...READY, redis: 'none' };
  let folder: string;
  let server: Postgres;
  let replica: Replica;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'talk-frozen-'));
    server = await Postgres.start(join(folder, 'postgres'));
    replica = await startReplica({ DATABASE_URL: server.url, JWT_SECRET, MIGRATE_ON_START: 'true' });
  });

  afterAll(async () => {
    server.thaw();
    await replica.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is ready before', () => expectReadiness(200, ready, replica));

  it('says within a second or so that it is not ready, however many ask, and is ready again afterwards', async () => {
    await server.freeze();
    for (const _ of range(1, 2)) {
      const begun = Date.now();
      const answers = await Promise.all(range(1, 30).map(() => health('/readyz', replica)));
      expect(Date.now() - begun).toBeLessThan(SOON);
      for (const { status, body } of answers) {
        expect([status, body]).toEqual([503, { ...DATABASE_AWAY, redis: 'none' }]);
      }
      expect((await health('/livez', replica)).status).toBe(200);
    }
    server.thaw();
    await expectReadiness(200, ready, replica);
  });
});
