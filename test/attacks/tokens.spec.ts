import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { Api, JWT_SECRET, signToken } from '../support/api.js';
import { range, refusalOf } from '../support/builders.js';
import type { Client } from '../support/client.js';
import { headOf, RawConnection } from './support/raw-connection.js';
import { frame, openWebSocketAs } from './support/raw-web-socket.js';
import { scaled, Siege } from './support/siege.js';

const ME = '/service_agents/me';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start()));
afterAll(() => siege.stop());

const call = (token: string): Promise<string> => refusalOf(new Api(siege.url, token).get(ME));
const callByQuery = (token: string): Promise<string> =>
  refusalOf(new Api(siege.url).get(`${ME}?token=${encodeURIComponent(token)}`));

/** A call on a connection of its own, which ends with the answer. */
async function callAsNobody(token: string): Promise<RawConnection> {
  const connection = await RawConnection.open(siege.url);
  const path = `/v1.0${ME}`;
  connection.write(
    headOf(`GET ${path} HTTP/1.1`, 'Host: talk', `Authorization: Bearer ${token}`, 'Connection: close'),
  );
  await connection.closed;
  return connection;
}

const REFUSED = '401 unauthenticated';
const TAKEN = '200 undefined';

describe('a token is taken in one writing only', () => {
  const variants: Record<string, (token: string) => string> = {
    'padding behind the signature': (token) => `${token}=`,
    'more padding than fits': (token) => `${token}====`,
    'padding in the header': (token) => token.replace('.', '=.'),
    'a space in the signature': (token) => `${token.slice(0, -5)} ${token.slice(-5)}`,
    'a line break in the signature': (token) => `${token.slice(0, -5)}\n${token.slice(-5)}`,
    'a tab before it': (token) => `\t${token}`,
    'bits that base64url leaves over': (token) =>
      token.slice(0, -1) + ALPHABET[ALPHABET.indexOf(token.slice(-1)) + 1],
    'the letters of base64': (token) => `${token.slice(0, -5)}+/${token.slice(-3)}`,
    'a fourth part': (token) => `${token}.`,
    'a dot before it': (token) => `.${token}`,
  };

  it.each(Object.entries(variants))('not with %s', async (_, vary) => {
    const token = vary(siege.sender.token);
    expect(await callByQuery(token)).toBe(REFUSED);
    expect(await callByQuery(siege.sender.token)).toBe(TAKEN);
  });

  it('also an access key', async () => {
    const { token } = (await siege.sender.api().post('/accesskeys', { name: 'a bot' })).body as {
      token: string;
    };
    expect(await callByQuery(token)).toBe(TAKEN);
    const varied = Object.values(variants).map((vary) => vary(token));
    for (const other of varied.filter((one) => one !== token)) expect(await callByQuery(other)).toBe(REFUSED);
  });
});

describe('a token’s times', () => {
  const now = (): number => Math.floor(Date.now() / 1000);
  const forge = (claims: object): string => {
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const ids = { sub: randomUUID(), customer_id: siege.world.customerId, exp: now() + 3600 };
    const signed = `${encode({ alg: 'HS256' })}.${encode({ ...ids, ...claims })}`;
    return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
  };

  it('may start half a minute ahead of our clock, and not later', async () => {
    expect(await call(forge({ nbf: now() + 20 }))).toBe(TAKEN);
    expect(await call(forge({ nbf: now() + 60 }))).toBe(REFUSED);
  });

  it('end exactly', async () => {
    expect(await call(forge({ exp: now() - 1 }))).toBe(REFUSED);
    expect(await call(forge({ exp: now() - 29 }))).toBe(REFUSED);
    expect(await call(forge({ exp: now() + 2 }))).toBe(TAKEN);
  });

  it('of its making do not matter', async () => {
    expect(await call(forge({ iat: now() + 3600 }))).toBe(TAKEN);
    expect(await call(forge({ iat: 0 }))).toBe(TAKEN);
  });
});

it('has 8 KiB at most', async () => {
  const claims = { agentId: randomUUID(), customerId: siege.world.customerId };
  const withName = (length: number): Promise<string> => signToken({ ...claims, name: 'n'.repeat(length) });
  expect(await callByQuery(await withName(255))).toBe(TAKEN);
  expect(await callByQuery(`${siege.sender.token}${'x'.repeat(8 * 1024)}`)).toBe(REFUSED);
});

it('in floods of large tokens over a socket, costs the process no memory', () =>
  siege.attack('refresh packets with tokens of 240 KB', async () => {
    const socket = await openWebSocketAs(siege.sender.token, siege.url);
    const [head, claims] = siege.sender.token.split('.');
    const large = range(1, scaled(100, 1_200)).map((n) =>
      frame(
        `42${n}${JSON.stringify(['refresh', { token: `${head}.${claims}.${n}${'x'.repeat(240_000)}` }])}`,
      ),
    );
    for (const packet of large) socket.write(packet);
    await socket.closed;
    // Those that came in together are answered together, and what is not read any more resets the connection.
    expect(socket.count('"code":"unauthenticated"')).toBeLessThan(large.length / 2);
  }));

it('that was made up costs the database little, and is refused', () =>
  siege.attack('calls with made-up access keys', async () => {
    const calls = range(1, scaled(200, 500)).map(async () => {
      const { received } = await callAsNobody(`talk_${randomBytes(32).toString('base64url')}`);
      expect(received).toMatch(/^HTTP\/1.1 (401|503) .*"code":"(unauthenticated|unavailable)"/s);
    });
    await Promise.all(calls);
  }));

it('is taken again by a socket that refreshes with a sound one', async () => {
  const client: Client = await siege.sender.connect();
  expect(await client.emit('refresh', { token: `${siege.sender.token}=` })).toMatchObject({ ok: false });
  expect(await client.emit('refresh', { token: siege.sender.token })).toMatchObject({ ok: true });
});
