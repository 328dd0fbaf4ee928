import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import { Api, type Answer } from './support/api.js';
import { CHATS, createTalk, MESSAGES, ok, range, react, refusalOf, send } from './support/builders.js';
import type { Client } from './support/client.js';
import { expectProblem, expectRefusal } from './support/problems.js';
import { pidOf } from './support/redis-pid.js';
import { startRedis } from './support/redis-server.js';
import { World, type TestAgent } from './support/world.js';

const RATE = 5;
const BURST = 2 * RATE;
/** Milliseconds after which whoever used up its burst has it again. */
const WINDOW = 2_100;

let redis: Awaited<ReturnType<typeof startRedis>>;
let world: World;
let a: TestAgent;
let b: TestAgent;
/** Of another agent, so that making it counts for neither of the two. */
let talk: ChatResource;

beforeAll(async () => {
  redis = await startRedis();
  world = await World.create({ replicas: 2, env: { REDIS_URL: redis.url, RATE_LIMIT: `${RATE}` } });
});

afterAll(async () => {
  await world.close();
  await redis.stop();
});

beforeEach(async () => {
  const [creator] = await world.agents('Creator');
  [a, b] = await world.agents('Agent A', 'Agent B');
  talk = await createTalk(creator, [a, b]);
});

const write = (agent: TestAgent, replica = 0): Promise<Answer> =>
  agent.api(replica).post(MESSAGES, { chat_id: talk.id, text: 'Hello' });

const writeBySocket = (client: Client): Promise<{ ok: boolean; error?: { code: string } }> =>
  client.emit('message_create', { chat_id: talk.id, text: 'Hello' });

/** How many of this many writes at once are let through; the others have to be refused for the limit. */
async function passing(count: number, one: (n: number) => Promise<Answer>): Promise<number> {
  const answers = await Promise.all(range(1, count).map(one));
  const refused = answers.filter(({ status }) => status !== 200);
  for (const answer of refused) expectProblem(answer, 429, 'rate_limited');
  return count - refused.length;
}

describe('an agent', () => {
  it('writes in bursts of twice its rate, and is told how much is left', async () => {
    // At once, since the burst has to fit into one window on a slow machine too.
    const burst = await Promise.all(range(1, BURST).map(() => write(a)));
    const remaining = burst.map(({ headers }) => Number(headers.get('ratelimit-remaining')));
    expect(remaining.sort((one, other) => other - one)).toEqual(range(1, BURST).map((n) => BURST - n));
    for (const { status, headers } of burst) {
      expect(status).toBe(200);
      expect(headers.get('ratelimit-limit')).toBe(`${BURST}`);
      expect(headers.get('ratelimit-reset')).toMatch(/^[12]$/);
    }
    const refused = await write(a);
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers.get('retry-after')).toMatch(/^[12]$/);
    expect(refused.headers.get('ratelimit-limit')).toBe(`${BURST}`);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('ratelimit-reset')).toMatch(/^[12]$/);
  });

  it('may write again after what Retry-After says', async () => {
    expect(await passing(BURST + 5, () => write(a))).toBe(BURST);
    const { headers } = await write(a);
    await sleep(Number(headers.get('retry-after')) * 1_000);
    expect(await ok(write(a))).toMatchObject({ text: 'Hello' });
  });

  it('is counted over both replicas together', async () => {
    expect(await passing(3 * BURST, (n) => write(a, n % 2))).toBe(BURST);
  });

  it('is counted over REST and its sockets together', async () => {
    const [one, two] = [await a.connect(0), await a.connect(1)];
    const acks = await Promise.all([one, two, one, two].map(writeBySocket));
    for (const ack of acks) expect(ack).toMatchObject({ ok: true });
    expect(await passing(BURST, () => write(a))).toBe(BURST - 4);
    expectRefusal(await writeBySocket(one), 429, 'rate_limited');
    expectRefusal(await writeBySocket(two), 429, 'rate_limited');
    await sleep(WINDOW);
    expect(await writeBySocket(two)).toMatchObject({ ok: true });
  });

  it('has every call counted that is no reading, whatever comes of it', async () => {
    const calls: (() => Promise<Answer>)[] = [
      () => a.api().post(CHATS),
      () => a.api().put(`${CHATS}/${talk.id}`, { name: 'Payments' }),
      () => a.api().delete(`${CHATS}/${talk.id}`),
      () => a.api().post(`/talks/${talk.id}/participants`, {}),
      () => a.api().post(`/messages/${talk.id}/reactions`, { emoji: '👍' }),
      () => a.api().post('/accesskeys', { name: 'a bot' }),
      () => a.api().post('/v1.0/service_agents/talk_messages', {}),
    ];
    const counted = await Promise.all(calls.map((call) => call()));
    for (const { headers } of counted) expect(headers.get('ratelimit-remaining')).not.toBeNull();
    expect(await passing(BURST, () => write(a))).toBe(BURST - calls.length);
    const refused = await Promise.all(calls.map((call) => refusalOf(call())));
    for (const refusal of refused) expect(refusal).toBe('429 rate_limited');
  });

  it('reads without limit', async () => {
    const message = await send(a, talk, 'Hello');
    const paths = [CHATS, `${CHATS}/${talk.id}`, MESSAGES, `${MESSAGES}/${message.id}`, '/agents'];
    const reads = range(1, 8).flatMap(() => paths.map((path) => a.api().get(path)));
    for (const { status, headers } of await Promise.all(reads)) {
      expect(status).toBe(200);
      expect(headers.get('ratelimit-limit')).toBeNull();
    }
    await react(a, message, '👍');
  });

  it("does not use up another's allowance", async () => {
    await passing(2 * BURST, () => write(a));
    expect(await passing(BURST, () => write(b))).toBe(BURST);
  });

  it('has subscribing counted, but nothing else that writes nothing', async () => {
    const client = await a.connect();
    const acks = await Promise.all(range(1, BURST).map(() => client.subscribe({ chat_ids: [talk.id] })));
    for (const ack of acks) expect(ack).toMatchObject({ ok: true });
    expectRefusal(await client.subscribe(), 429, 'rate_limited');
    expect(await client.emit('unsubscribe', {})).toMatchObject({ ok: true });
    expect(await client.emit('refresh', { token: a.token })).toMatchObject({ ok: true });
    expect(await refusalOf(write(a))).toBe('429 rate_limited');
  });

  it('gets no refused write stored', async () => {
    const passed = await passing(3 * BURST, () => write(a));
    const { seq } = await ok<ChatResource>(a.api().get(`${CHATS}/${talk.id}`));
    expect(seq).toBe(passed);
  });
});

describe('logging in', () => {
  const logIn = (username: string, replica = 0): Promise<Answer> =>
    new Api(world.replica(replica).url).post('/auth/login', { username, password: 'wrong' });

  it('is limited to ten tries a minute with one name, over both replicas; another name is free', async () => {
    for (const n of range(1, 10)) expectProblem(await logIn('somebody', n % 2), 401, 'invalid_credentials');
    const refused = await logIn('somebody');
    expectProblem(refused, 429, 'rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expectProblem(await logIn('somebody', 1), 429, 'rate_limited');
    expectProblem(await logIn('somebody else'), 401, 'invalid_credentials');
  });
});

it('while Redis hangs, writes are answered in good time, limited, and none fails for it', async () => {
  const pid = await pidOf(redis.url);
  process.kill(pid, 'SIGSTOP');
  try {
    const from = Date.now();
    // Each replica counts for itself; Redis may have been asked for some before it hung.
    const passed = await passing(4 * BURST, (n) => write(a, n % 2));
    expect(Date.now() - from).toBeLessThan(5_000);
    expect(passed).toBeGreaterThanOrEqual(BURST);
    expect(passed).toBeLessThanOrEqual(3 * BURST);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

describe('while Redis is away', () => {
  beforeAll(() => redis.stop());

  it('each replica counts for itself, and no call fails for it', async () => {
    for (const replica of [0, 1]) expect(await passing(2 * BURST, () => write(a, replica))).toBe(BURST);
    await sleep(WINDOW);
    expect(await ok(write(a))).toMatchObject({ text: 'Hello' });
  });

  it('writes are limited too while it comes and goes, and none fails for it', async () => {
    redis = await startRedis(Number(new URL(redis.url).port));
    const writing = passing(3 * BURST, async (n) => {
      await sleep(n * 20);
      return write(a, n % 2);
    });
    await sleep(200);
    await redis.stop();
    const passed = await writing;
    expect(passed).toBeGreaterThanOrEqual(BURST);
    expect(passed).toBeLessThanOrEqual(3 * BURST);
  });

  it('sockets are limited as well', async () => {
    const client = await b.connect(1);
    const acks = await Promise.all(range(1, 2 * BURST).map(() => writeBySocket(client)));
    expect(acks.filter((ack) => ack.ok)).toHaveLength(BURST);
  });
});
