import { createHmac, randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { Api } from './support/api.js';
import { CHATS, refusalOf } from './support/builders.js';
import { expectProblem } from './support/problems.js';
import { World } from './support/world.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'talk';
/** Milliseconds after which a key that was not known is looked for again. */
const COOLDOWN = 1_100;

interface Key {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  published: JWK;
}

let provider: Server;
let url: string;
let published: JWK[] = [];
/** What the provider says instead of its keys. */
let nonsense: { status: number; body: string } | undefined;
let world: World;
/** Published from the start, by algorithm. */
const keys: Record<string, Key> = {};
let rsa: Key;

async function listen(port = 0): Promise<void> {
  provider = createServer((_, response) => {
    response.statusCode = nonsense?.status ?? 200;
    response.setHeader('Content-Type', 'application/json');
    response.end(nonsense?.body ?? JSON.stringify({ keys: published }));
  }).listen(port, '127.0.0.1');
  await once(provider, 'listening');
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`;
}

async function stopListening(): Promise<void> {
  provider.close();
  provider.closeAllConnections();
  await once(provider, 'close');
}

async function createKey(alg: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  return { kid, alg, privateKey, publicKey, published: { ...(await exportJWK(publicKey)), kid, alg } };
}

/** A token of this key, like those of a sound identity provider but for what is given. */
function tokenOf(
  { kid, alg, privateKey }: Key,
  { iss = ISSUER, aud = AUDIENCE, exp = '1h', sub = randomUUID() }: Partial<Record<string, string>> = {},
): Promise<string> {
  const token = new SignJWT({ customer_id: world.customerId, ...(iss && { iss }), ...(aud && { aud }) });
  return token.setProtectedHeader({ alg, kid }).setSubject(sub).setExpirationTime(exp).sign(privateKey);
}

const api = (token: string): Api => new Api(world.replica(0).url, token);
const callWith = async (token: string | Promise<string>): Promise<string> =>
  refusalOf(api(await token).get(CHATS));

/** Has Talk read the one key that most tests sign with. */
async function knowTheKey(): Promise<void> {
  published = [rsa.published];
  await sleep(COOLDOWN);
  expect(await callWith(tokenOf(rsa))).toBe('200 undefined');
}

beforeAll(async () => {
  await listen();
  const env = { JWT_SECRET: '', JWKS_URL: url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE };
  world = await World.create({ env });
  for (const alg of ['RS256', 'ES256', 'EdDSA']) keys[alg] = await createKey(alg);
  rsa = keys.RS256!;
});

afterAll(async () => {
  await world.close();
  await stopListening();
});

beforeEach(() => void (published = Object.values(keys).map((key) => key.published)));

it.each(['RS256', 'ES256', 'EdDSA'])('a token of a published key is taken: %s', async (alg) => {
  const sub = randomUUID();
  const token = await tokenOf(keys[alg]!, { sub });
  expect((await api(token).get('/service_agents/me')).body).toMatchObject({ id: sub });
});

it('keys may be changed without a restart', async () => {
  const [before, after] = [await createKey('ES256'), await createKey('ES256')];
  published = [before.published];
  await sleep(COOLDOWN);
  expect(await callWith(tokenOf(before))).toBe('200 undefined');
  published = [after.published];
  await sleep(COOLDOWN);
  expect(await callWith(tokenOf(after))).toBe('200 undefined');
  expect(await callWith(tokenOf(before))).toBe('401 unauthenticated');
});

describe('a token is refused', () => {
  beforeAll(knowTheKey);

  it.each<{ what: string; token: () => Promise<string> }>([
    { what: 'of a key that is not published', token: async () => tokenOf(await createKey('RS256')) },
    { what: 'that another key signed', token: forgedToken },
    { what: 'of another issuer', token: () => tokenOf(rsa, { iss: 'https://evil.example.com/' }) },
    { what: 'without an issuer', token: () => tokenOf(rsa, { iss: '' }) },
    { what: 'for another audience', token: () => tokenOf(rsa, { aud: 'mail' }) },
    { what: 'without an audience', token: () => tokenOf(rsa, { aud: '' }) },
    { what: 'that has ended', token: () => tokenOf(rsa, { exp: '-1m' }) },
    { what: 'whose secret is the public key', token: confusedToken },
    { what: 'whose secret is the public key as JWK', token: confusedJwkToken },
    { what: 'of the algorithm none', token: unsignedToken },
    { what: 'of an algorithm that is not taken', token: async () => tokenOf(await createKey('PS256')) },
  ])('$what', async ({ token }) => {
    expectProblem(await api(await token()).get(CHATS), 401, 'unauthenticated');
  });

  async function forgedToken(): Promise<string> {
    return tokenOf({ ...(await createKey('RS256')), kid: rsa.kid });
  }

  /** A token signed by HMAC with bytes that everyone can read. */
  async function hmacToken(secret: string): Promise<string> {
    const [, payload] = (await tokenOf(rsa)).split('.');
    const header = { alg: 'HS256', kid: rsa.kid };
    const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  }

  async function confusedToken(): Promise<string> {
    return hmacToken(await exportSPKI(rsa.publicKey));
  }

  function confusedJwkToken(): Promise<string> {
    return hmacToken(JSON.stringify(rsa.published));
  }

  async function unsignedToken(): Promise<string> {
    const [, payload] = (await tokenOf(rsa)).split('.');
    return `${Buffer.from(JSON.stringify({ alg: 'none', kid: rsa.kid })).toString('base64url')}.${payload}.`;
  }
});

it('there is no login of our own', async () => {
  const login = new Api(world.replica(0).url).post('/auth/login', { username: 'x', password: 'y' });
  expect((await login).status).toBeGreaterThanOrEqual(400);
  expect((await login).status).toBeLessThan(500);
});

describe('while the provider is away', () => {
  let port: number;

  beforeAll(async () => {
    await knowTheKey();
    port = (provider.address() as AddressInfo).port;
    await stopListening();
    await sleep(COOLDOWN);
  });

  it('tokens of known keys are taken, and unsound ones refused', async () => {
    expect(await callWith(tokenOf(rsa))).toBe('200 undefined');
    expect(await callWith(tokenOf(rsa, { aud: 'mail' }))).toBe('401 unauthenticated');
  });

  it('nobody can tell whether a token of an unknown key is sound, until the provider is back', async () => {
    const key = await createKey('RS256');
    const answer = await api(await tokenOf(key)).get(CHATS);
    expectProblem(answer, 503, 'unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    published = [key.published];
    await listen(port);
    expect(await callWith(tokenOf(key))).toBe('200 undefined');
  });
});

describe('while the provider talks nonsense', () => {
  beforeAll(knowTheKey);
  beforeAll(() => sleep(COOLDOWN));
  afterEach(() => void (nonsense = undefined));

  it.each([
    { what: 'an error', status: 500, body: '{"keys":[]}' },
    { what: 'no JSON', status: 200, body: '<html></html>' },
    { what: 'no keys', status: 200, body: '{}' },
  ])('known keys go on and unknown ones cannot be judged: $what', async ({ status, body }) => {
    nonsense = { status, body };
    expect(await callWith(tokenOf(rsa))).toBe('200 undefined');
    expect(await callWith(tokenOf(await createKey('ES256')))).toBe('503 unavailable');
  });
});

describe('a start with JWKS_URL is stopped with one line', () => {
  const SETTINGS = { JWKS_URL: 'http://127.0.0.1:9/', JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE };

  it.each([
    { what: 'without JWT_ISSUER', env: { JWT_ISSUER: '' }, names: 'JWT_ISSUER' },
    { what: 'without JWT_AUDIENCE', env: { JWT_AUDIENCE: '' }, names: 'JWT_AUDIENCE' },
  ])('$what', async ({ env, names }) => {
    const all = { PATH: process.env.PATH, DATABASE_URL: world.database.url, PORT: '0', ...SETTINGS, ...env };
    const child = spawn(process.execPath, [MAIN], { env: all });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBeGreaterThan(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(names);
  });
});
