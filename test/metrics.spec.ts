import { randomUUID } from 'node:crypto';
import { CHATS, createTalk, MESSAGES, range, send } from './support/builders.js';
import { growth, Metrics } from './support/metrics.js';
import { openRaw } from './support/raw-packets.js';
import { startReplica } from './support/replica.js';
import { stopReading } from './support/slow.js';
import { World, type TestAgent } from './support/world.js';

const HANDSHAKE_LIMIT = '500ms';

const TYPES: [string, string][] = [
  ['talk_bus_up', 'gauge'],
  ['talk_commit_batch_size', 'histogram'],
  ['talk_commits_total', 'counter'],
  ['talk_database_connections', 'gauge'],
  ['talk_deliveries_total', 'counter'],
  ['talk_delivery_delay_seconds', 'histogram'],
  ['talk_evictions_total', 'counter'],
  ['talk_feeds', 'gauge'],
  ['talk_gaps_read_total', 'counter'],
  ['talk_http_request_duration_seconds', 'histogram'],
  ['talk_http_requests_total', 'counter'],
  ['talk_resumes_total', 'counter'],
  ['talk_resyncs_total', 'counter'],
  ['talk_sends_total', 'counter'],
  ['talk_sockets', 'gauge'],
  ['talk_tail_catches_total', 'counter'],
];

const sent = (method: string, route: string, status: number): string =>
  `talk_http_requests_total{method="${method}",route="${route}",status="${status}"}`;
const outcome = (name: string): string => `talk_sends_total{outcome="${name}"}`;
const evicted = (reason: string): string => `talk_evictions_total{reason="${reason}"}`;

let world: World;
let author: TestAgent;
let reader: TestAgent;
beforeAll(async () => {
  world = await World.create({ replicas: 2, env: { HANDSHAKE_LIMIT } });
  [author, reader] = await world.agents('Author', 'Reader');
});
afterAll(() => world.close());

it('has every metric once, of its type, and those of the process', async () => {
  const { types } = await Metrics.of(world.replica(0));
  const own = types.filter(([name]) => name.startsWith('talk_')).toSorted();
  expect(own).toEqual(TYPES);
  const others = types.map(([name]) => name);
  expect(others).toEqual(
    expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']),
  );
});

it('counts sends by outcome, calls, commits, and each delivery on each replica', async () => {
  const [near, far] = [world.replica(0), world.replica(1)];
  const talk = await createTalk(author, [reader]);
  const stranger = await world.agent('Stranger');
  await author.follow(0);
  const followers = [await author.follow(1), await reader.follow(1)];
  const act = async (): Promise<void> => {
    for (const number of range(1, 5)) await send(author, talk, `Message ${number}`);
    const repeated = { chat_id: talk.id, text: 'once', client_message_id: 'key' };
    for (const _ of range(1, 2)) await author.api().post(MESSAGES, repeated);
    await stranger.api().post(MESSAGES, { chat_id: talk.id, text: 'refused' });
    await author.api().post(MESSAGES, { chat_id: talk.id, text: '' });
    for (const follower of followers) await follower.reach(talk.id, 6);
  };
  const atNear = {
    [outcome('created')]: 6,
    [outcome('repeated')]: 1,
    [outcome('refused')]: 2,
    [outcome('failed')]: 0,
    [sent('POST', MESSAGES, 200)]: 7,
    [sent('POST', MESSAGES, 403)]: 1,
    [sent('POST', MESSAGES, 400)]: 1,
    [`talk_http_request_duration_seconds_count{method="POST",route="${MESSAGES}"}`]: 9,
    talk_commits_total: 6,
    talk_commit_batch_size_count: 8,
    talk_commit_batch_size_sum: 8,
    talk_deliveries_total: 6,
    talk_delivery_delay_seconds_count: 6,
  };
  const atFar = {
    [outcome('created')]: 0,
    talk_commits_total: 0,
    talk_deliveries_total: 12,
    talk_delivery_delay_seconds_count: 6,
  };
  let grownFar: object = {};
  const grownNear = await growth(near, atNear, async () => {
    grownFar = await growth(far, atFar, act);
  });
  expect(grownNear).toEqual(atNear);
  expect(grownFar).toEqual(atFar);
});

it('tells the delay from commit to emit in seconds', async () => {
  const talk = await createTalk(author, [reader]);
  const follower = await reader.follow(1);
  const sum = await growth(world.replica(1), { talk_delivery_delay_seconds_sum: 0.000_1 }, async () => {
    await send(author, talk, 'Soon there');
    await follower.reach(talk.id, 1);
  });
  expect(sum.talk_delivery_delay_seconds_sum).toBeLessThan(2);
});

it('counts those who come back, and the talks that they have to read anew; a replay is no live delivery', async () => {
  const [writer, absent] = await world.agents('Writer', 'Absent');
  const talk = await createTalk(writer, [absent]);
  const { epoch } = await (await absent.connect(1)).subscribe();
  const expected = {
    talk_resumes_total: 2,
    talk_resyncs_total: 1,
    talk_deliveries_total: 4,
    talk_delivery_delay_seconds_count: 0,
  };
  const here = await world.agent('Here');
  const other = await startReplica(world.env);
  const index = world.replicas.push(other) - 1;
  for (const number of range(1, 5)) await send(writer, talk, `Message ${number}`);
  const grown = await growth(other, expected, async () => {
    const [back, lost] = [await absent.connect(index), await absent.connect(index)];
    await back.subscribe({ chat_ids: [talk.id], after: { [talk.id]: 1 }, epoch });
    await lost.subscribe({ chat_ids: [talk.id], after: { [talk.id]: 1 }, epoch: randomUUID() });
    await (await here.connect(index)).subscribe();
  });
  expect(grown).toEqual(expected);
});

it('tells what is there now: sockets, streams, connections and the bus', async () => {
  const replica = await startReplica(world.env);
  const index = world.replicas.push(replica) - 1;
  expect((await Metrics.of(replica)).value('talk_sockets')).toBe(0);
  const agent = await world.agent('Agent');
  await Promise.all(range(1, 3).map(() => createTalk(agent)));
  const [, second] = [await agent.follow(index), await agent.follow(index)];
  const full = await Metrics.of(replica);
  // Three talks, the agent's own stream, and the directory.
  expect([full.value('talk_sockets'), full.value('talk_feeds')]).toEqual([2, 5]);
  expect(full.value('talk_database_connections{state="total"}')).toBeGreaterThan(0);
  expect(full.text).toMatch(/^talk_database_connections{state="idle"} \d+$/m);
  expect(full.text).toMatch(/^talk_database_connections{state="waiting"} 0$/m);
  await growth(replica, { talk_bus_up: 0 }, () => Promise.resolve());
  expect(full.value('talk_bus_up')).toBe(1);
  second.close();
  await growth(replica, { talk_sockets: -1 }, () => Promise.resolve());
});

describe('counts the sockets that it closed,', () => {
  const closes = async (reason: string, act: () => Promise<unknown>): Promise<void> => {
    const grown = await growth(world.replica(0), { [evicted(reason)]: 1 }, act);
    expect(grown).toEqual({ [evicted(reason)]: 1 });
  };

  it('of a reader that does not read', () =>
    closes('slow_reader', async () => {
      const [writer, sleepy] = await world.agents('Writer', 'Sleepy');
      const talk = await createTalk(writer, [sleepy]);
      const slow = await sleepy.follow();
      const readOn = stopReading(slow);
      const ended = new Promise((resolve) => slow.socket.once('disconnect', resolve));
      for (const _ of range(1, 50)) {
        await Promise.all(range(1, 8).map(() => send(writer, talk, '🎉'.repeat(10_000))));
      }
      readOn();
      await ended;
    }));

  it('of a token that ended', () =>
    closes('token_ended', async () => {
      const agent = await world.agent('Agent', { expiresIn: 3 });
      await agent.follow();
    }));

  it('of an access key that was revoked', () =>
    closes('revoked', async () => {
      const key = (await author.api().post('/accesskeys', { name: 'Key' })).body as {
        id: string;
        token: string;
      };
      const keyed = await world.connectWith(key.token);
      await keyed.subscribe();
      await author.api().delete(`/accesskeys/${key.id}`);
    }));

  it('of nobody', () => closes('unnamed', () => openRaw(world.replica(0).url)));

  it('of everybody, at another epoch', async () => {
    const agent = await world.agent('Agent');
    await agent.follow();
    const before = (await Metrics.of(world.replica(0))).value('talk_sockets');
    const grown = await growth(world.replica(0), { [evicted('epoch')]: before }, () =>
      world.database.query('UPDATE epoch SET value = gen_random_uuid()'),
    );
    expect(grown).toEqual({ [evicted('epoch')]: before });
  });
});

it('counts what only PostgreSQL told: a last event by the tail check, one in between as a gap', async () => {
  // As if Redis had lost whatever this replica publishes.
  const unheard = world.replicas.push(await startReplica({ ...world.env, REDIS_PREFIX: 'elsewhere' })) - 1;
  const talk = await createTalk(author, [reader]);
  await reader.follow(1);
  const say = (replica: number): Promise<unknown> =>
    author.api(replica).post(MESSAGES, { chat_id: talk.id, text: 'Who hears this?' });
  const caught = await growth(world.replica(1), { talk_tail_catches_total: 1 }, () => say(unheard));
  expect(caught).toEqual({ talk_tail_catches_total: 1 });
  // Now and then the tail check comes in between, so it may take more than one try.
  const gap = await growth(world.replica(1), { talk_gaps_read_total: 1 }, async () => {
    for (const _ of range(1, 5)) {
      await say(unheard);
      await say(0);
    }
  });
  expect(gap.talk_gaps_read_total).toBeGreaterThanOrEqual(1);
});

it('has no label that a client makes up, and no id', async () => {
  const talk = await createTalk(author, [reader]);
  const grown = await growth(
    world.replica(0),
    { [sent('GET', 'none', 404)]: 2, [sent('GET', `${CHATS}/:id`, 200)]: 2 },
    async () => {
      await author.api().get(`/nowhere/${talk.id}`);
      await author.api().get('/nowhere/else');
      await author.api().get(`${CHATS}/${talk.id}`);
      await author.api().get(`/v1.0${CHATS}/${talk.id}`);
    },
  );
  expect(grown).toEqual({ [sent('GET', 'none', 404)]: 2, [sent('GET', `${CHATS}/:id`, 200)]: 2 });
  const { text } = await Metrics.of(world.replica(0));
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|nowhere/);
});

it('is on a port of its own, which serves nothing else', async () => {
  const replica = world.replica(0);
  await Metrics.of(replica);
  const { origin, port } = new URL(replica.metricsUrl());
  expect(port).not.toBe(new URL(replica.url).port);
  expect((await fetch(`${replica.url}/metrics`)).status).toBe(404);
  for (const path of [
    '/',
    '/livez',
    '/metrics/',
    '/metrics?x',
    '/service_agents/talk_chats',
    '/socket.io/',
  ]) {
    expect([path, (await fetch(origin + path)).status]).toEqual([path, 404]);
  }
  expect((await fetch(replica.metricsUrl(), { method: 'POST' })).status).toBe(405);
});

it('is not there at METRICS_PORT=off', async () => {
  const replica = await startReplica({ ...world.env, METRICS_PORT: 'off' });
  await replica.stop();
  expect(replica.output()).not.toContain('Metrics are served');
});

it('stops a start whose metrics port is taken, with one line that names the setting', async () => {
  await Metrics.of(world.replica(0));
  const { port } = new URL(world.replica(0).metricsUrl());
  await expect(startReplica({ ...world.env, METRICS_PORT: port, LOG_LEVEL: 'warn' })).rejects.toThrow(
    `Talk cannot start: port ${port} on 127.0.0.1 is in use; set METRICS_PORT`,
  );
});
