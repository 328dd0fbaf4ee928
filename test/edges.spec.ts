import { once } from 'node:events';
import { connect as connectTo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { CHATS, createTalk, MESSAGES, range } from './support/builders.js';
import { aProblem } from './support/problems.js';
import { startReplica, type Replica } from './support/replica.js';
import { exchange } from './support/raw.js';
import { World } from './support/world.js';

const DESK = 'https://desk.example.com';

let world: World;
beforeAll(async () => void (world = await World.create()));
afterAll(() => world.close());

/** Starts one more replica with these settings. */
async function startWith(env: Record<string, string>): Promise<Replica> {
  const replica = await startReplica({ ...world.env, ...env });
  world.replicas.push(replica);
  return replica;
}

const preflight = (url: string, origin: string, path = CHATS): Promise<Response> =>
  fetch(url + path, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
    },
  });

const allowed = ({ headers }: Response): string | null => headers.get('access-control-allow-origin');

describe('a browser', () => {
  let listed: Replica;
  beforeAll(async () => {
    listed = await startWith({ CORS_ORIGINS: `${DESK}, http://localhost:5173`, POLLING: 'true' });
  });

  it('may call from the listed origins only, with any header, and reads what helps it to come back', async () => {
    for (const origin of [DESK, 'http://localhost:5173']) {
      const answer = await preflight(listed.url, origin);
      expect([answer.status, allowed(answer)]).toEqual([204, origin]);
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE');
      expect(answer.headers.get('access-control-allow-headers')).toMatch(/authorization.*idempotency-key/);
    }
    const { headers } = await fetch(listed.url + CHATS, { headers: { Origin: DESK } });
    expect(headers.get('access-control-allow-origin')).toBe(DESK);
    expect(headers.get('access-control-expose-headers')).toBe(
      'X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset',
    );
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    for (const origin of ['https://evil.example', 'https://desk.example.com.evil.example', 'null']) {
      expect(allowed(await preflight(listed.url, origin))).toBeNull();
      expect(allowed(await fetch(listed.url + CHATS, { headers: { Origin: origin } }))).toBeNull();
    }
  });

  it('may poll from the listed origins only', async () => {
    const poll = `${listed.url}/socket.io/?EIO=4&transport=polling`;
    expect(allowed(await fetch(poll, { headers: { Origin: DESK } }))).toBe(DESK);
    expect(allowed(await fetch(poll, { headers: { Origin: 'https://evil.example' } }))).toBeNull();
  });

  it('may call from anywhere at CORS_ORIGINS=*, and from nowhere by default', async () => {
    const open = await startWith({ CORS_ORIGINS: '*' });
    const answer = await preflight(open.url, 'https://any.example', MESSAGES);
    expect([answer.status, allowed(answer)]).toEqual([204, '*']);
    const closed = world.replica(0).url;
    const refused = await preflight(closed, DESK);
    expect([refused.status, allowed(refused)]).toEqual([404, null]);
    expect(allowed(await fetch(closed + CHATS, { headers: { Origin: DESK } }))).toBeNull();
  });

  it('is told with every answer to take it for what it is, in no frame, and to tell nobody', async () => {
    const agent = await world.agent('Agent');
    const { url } = world.replica(0);
    const answers = [
      await fetch(url + CHATS, { headers: { Authorization: `Bearer ${agent.token}` } }),
      await fetch(url + CHATS),
      await fetch(`${url}/nowhere`),
      await fetch(`${url}/docs`),
      await fetch(`${url}/%zz`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 200, 400]);
    for (const { headers } of answers.slice(0, 4)) {
      expect([
        headers.get('x-content-type-options'),
        headers.get('referrer-policy'),
        headers.get('x-frame-options'),
        headers.get('x-powered-by'),
      ]).toEqual(['nosniff', 'no-referrer', 'DENY', null]);
    }
  });
});

describe('the address that logins are limited by', () => {
  /** Statuses of so many logins with one username, each as if forwarded for what `forwarded` says. */
  const logins = async (
    { url }: Replica,
    username: string,
    count: number,
    forwarded: (number: number) => string,
  ): Promise<number[]> => {
    const statuses: number[] = [];
    for (const number of range(1, count)) {
      const answer = await fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': forwarded(number) },
        body: JSON.stringify({ username, password: 'not the password' }),
      });
      statuses.push(answer.status);
    }
    return statuses;
  };
  const wrong = (count: number): number[] => Array.from({ length: count }, () => 401);
  const limited = [...wrong(10), 429, 429];

  it('is the connection’s by default, whatever a client claims', async () => {
    const seen = await logins(world.replica(0), randomUUID(), 12, (number) => `198.51.100.${number}`);
    expect(seen).toEqual(limited);
  });

  it('is the connection’s where it comes from no trusted proxy', async () => {
    const replica = await startWith({ TRUST_PROXY: '192.0.2.0/24' });
    expect(await logins(replica, randomUUID(), 12, (number) => `198.51.100.${number}`)).toEqual(limited);
  });

  it('is what a trusted proxy has seen, and not what the client had put before that', async () => {
    const replica = await startWith({ TRUST_PROXY: 'loopback, 192.0.2.7' });
    expect(await logins(replica, randomUUID(), 12, (number) => `198.51.100.${number}`)).toEqual(wrong(12));
    const forged = (number: number): string => `198.51.100.${number}, 203.0.113.5, 192.0.2.7`;
    expect(await logins(replica, randomUUID(), 12, forged)).toEqual(limited);
  });
});

describe('polling', () => {
  const poll = async ({ url }: Replica): Promise<number> =>
    (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).status;

  it('is off with Redis and on without it, unless POLLING says otherwise', async () => {
    expect(await poll(world.replica(0))).toBe(400);
    expect(await poll(await startWith({ POLLING: 'true' }))).toBe(200);
    const alone = { REDIS_URL: '' };
    expect(await poll(await startWith(alone))).toBe(200);
    expect(await poll(await startWith({ ...alone, POLLING: 'false' }))).toBe(400);
  });
});

describe('connections', () => {
  let strict: Replica;
  beforeAll(async () => {
    strict = await startWith({ RECEIVE_LIMIT: '1s', KEEP_ALIVE_LIMIT: '1s' });
  });

  const open = async ({ url }: Replica): Promise<Socket> => {
    const { hostname, port } = new URL(url);
    const connection = connectTo(Number(port), hostname);
    connection.on('error', () => undefined);
    await once(connection, 'connect');
    return connection;
  };

  /** Writes a piece every 100 ms until the other side has closed; tells what came back, and after how long. */
  const trickle = async (beginning: string, piece: string): Promise<{ answer: string; after: number }> => {
    const connection = await open(strict);
    let answer = '';
    let isClosed = false;
    connection.on('data', (chunk) => (answer += chunk.toString()));
    connection.on('end', () => (isClosed = true));
    connection.on('close', () => (isClosed = true));
    const begun = Date.now();
    connection.write(beginning);
    while (!isClosed && Date.now() - begun < 15_000) {
      connection.write(piece);
      await sleep(100);
    }
    connection.destroy();
    return { answer, after: Date.now() - begun };
  };

  it.each([
    ['headers', 'GET /livez HTTP/1.1\r\nHost: x\r\n', 'X-More: x\r\n'],
    [
      'body',
      'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{',
      ' ',
    ],
  ])('are ended where the %s of a request take too long, with a problem', async (_, beginning, piece) => {
    const { answer, after } = await trickle(beginning, piece);
    expect(after).toBeGreaterThan(900);
    expect(after).toBeLessThan(6_000);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 408 .*content-type: application\/problem\+json/is);
    expect(JSON.parse(body)).toEqual(aProblem(408, 'request_timeout'));
  });

  it('are ended where nothing at all comes', async () => {
    const connection = await open(strict);
    const begun = Date.now();
    connection.resume();
    await once(connection, 'close');
    expect(Date.now() - begun).toBeLessThan(6_000);
  });

  it('are ended where the next request does not come', async () => {
    const connection = await open(strict);
    connection.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = (await once(connection, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    const begun = Date.now();
    await once(connection, 'close');
    expect(Date.now() - begun).toBeGreaterThan(800);
    expect(Date.now() - begun).toBeLessThan(6_000);
  });

  it('of sockets are not: they may be silent for longer', async () => {
    const agent = await world.agent('Agent');
    const index = world.replicas.indexOf(strict);
    const client = await agent.follow(index);
    await sleep(2_500);
    const talk = await createTalk(agent, []);
    await agent.api().post(MESSAGES, { chat_id: talk.id, text: 'Still there?' });
    await client.reach(talk.id, 1);
  });

  it('are refused over the limit, until one is closed', async () => {
    const small = await startWith({ MAX_CONNECTIONS: '3' });
    const held = [await open(small), await open(small), await open(small)];
    const over = await open(small);
    over.resume();
    await once(over, 'close');
    held[0]?.destroy();
    await sleep(200);
    expect((await fetch(`${small.url}/livez`, { headers: { Connection: 'close' } })).status).toBe(200);
    for (const connection of held) connection.destroy();
  });
});

it('headers over 16 KiB are refused with a problem that says so', async () => {
  const large = `GET /livez HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(17_000)}\r\n\r\n`;
  const { status, body } = await exchange(world.replica(0).url, large);
  expect(status).toBe(431);
  expect(JSON.parse(body)).toEqual(aProblem(431, 'headers_too_large'));
});
