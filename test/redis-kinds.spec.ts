import { readFile } from 'node:fs/promises';
import { Api } from './support/api.js';
import { createTalk, range, send } from './support/builders.js';
import { eventually } from './support/eventually.js';
import { receivedSeqs } from './support/history.js';
import { asCluster, withPassword, withSentinel, withTls, type RedisKind } from './support/redis-kinds.js';
import { startReplica, type Replica } from './support/replica.js';
import { World } from './support/world.js';

/** Milliseconds: through Redis it takes a few, through a tail check a second. */
const AT_ONCE = 100;
/** Logins with one name from one address that pass in a minute. */
const LOGINS = 10;

const readiness = async ({ url }: Replica): Promise<{ status: number; body: Record<string, unknown> }> =>
  new Api(url).get('/readyz');

const untilRedisIs = (replica: Replica, redis: string): Promise<unknown> =>
  eventually(
    () => readiness(replica),
    ({ body }) => body.redis === redis,
  );

const warnings = (replica: Replica): string[] =>
  replica
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: number; msg: string })
    .filter(({ level }) => level >= 40)
    .map(({ msg }) => msg);

/** Starts a replica that its Redis does not take; it serves all the same, and says why in one line. */
async function expectDegraded(world: World, env: Record<string, string>, reason: RegExp): Promise<void> {
  const replica = await startReplica({ ...world.env, ...env });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(await readiness(replica)).toMatchObject({
    status: 200,
    body: { status: 'degraded', database: 'up', redis: 'away' },
  });
  expect(warnings(replica)).toEqual([expect.stringMatching(reason)]);
  expect(await replica.stop()).toBe(0);
}

describe.each<[string, () => Promise<RedisKind>]>([
  ['a Redis with a password', withPassword],
  ['a Redis over TLS with a user of its own', withTls],
  ['a Redis with Sentinels', withSentinel],
  ['a Redis Cluster', asCluster],
])('two replicas on %s', (_, start) => {
  let redis: RedisKind;
  let world: World;
  beforeAll(async () => {
    redis = await start();
    world = await World.create({ replicas: 2, env: redis.env });
    for (const replica of world.replicas) await untilRedisIs(replica, 'up');
  });
  afterAll(async () => {
    await world.close();
    await redis.stop();
  });

  it('push to each other at once, in order and once', async () => {
    const [a, b] = await world.agents('A', 'B');
    const talks = await Promise.all(range(1, 5).map(() => createTalk(a, [b], { type: 'group' })));
    const client = await b.follow(1);
    const took: number[] = [];
    for (const n of range(1, 50)) {
      const talk = talks[n % talks.length] as (typeof talks)[number];
      const begun = performance.now();
      const { seq } = (await send(a, talk, `message ${n}`)) as { seq: number };
      await client.reach(talk.id, seq);
      took.push(performance.now() - begun);
    }
    expect(took.sort((one, other) => one - other)[25]).toBeLessThan(AT_ONCE);
    for (const { id } of talks) expect(receivedSeqs(client, id)).toEqual(range(1, 10));
    const [first] = world.replicas as [Replica];
    expect(await readiness(first)).toMatchObject({ status: 200, body: { status: 'ready', redis: 'up' } });
  });

  it('count together what is limited', async () => {
    const login = { username: 'nobody', password: 'none at all' };
    const statuses: number[] = [];
    for (const n of range(0, 2 * LOGINS - 1)) {
      statuses.push((await new Api(world.replica(n % 2).url).post('/auth/login', login)).status);
    }
    expect(statuses).toEqual([...Array<number>(LOGINS).fill(401), ...Array<number>(LOGINS).fill(429)]);
  });

  it('are ready without it where the password is wrong, and say so in one line', () =>
    expectDegraded(world, redis.wrongPassword, /^Redis cannot be used: .*WRONGPASS/));
});

describe('TLS', () => {
  let redis: Awaited<ReturnType<typeof withTls>>;
  let world: World;
  beforeAll(async () => {
    redis = await withTls();
    world = await World.create({ env: redis.env });
  });
  afterAll(async () => {
    await world.close();
    await redis.stop();
  });

  it('takes the certificate itself as well as the path of its file', async () => {
    const replica = await startReplica({ ...world.env, REDIS_CA: await readFile(redis.ca, 'utf8') });
    await untilRedisIs(replica, 'up');
    expect(await replica.stop()).toBe(0);
  });

  it('trusts no certificate whose authority it was not told', () =>
    expectDegraded(world, { REDIS_CA: '' }, /^Redis cannot be used: self-signed certificate$/));

  it('trusts no server that goes by another name than its certificate', () =>
    expectDegraded(
      world,
      { REDIS_URL: (redis.env.REDIS_URL ?? '').replace('127.0.0.1', 'localhost') },
      /^Redis cannot be used: Hostname\/IP does not match certificate's altnames/,
    ));
});
