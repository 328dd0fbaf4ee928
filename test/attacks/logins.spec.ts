import { randomUUID } from 'node:crypto';
import { createAgent, PASSWORD, range } from '../support/builders.js';
import { scaled, Siege } from './support/siege.js';

const OF_A_NAME_AND_ADDRESS = 10;
const OF_A_NAME = 30;
const OF_AN_ADDRESS = 100;

let siege: Siege;
/** An agent with a password. */
let username: string;
beforeAll(async () => {
  siege = await Siege.start({ TRUST_PROXY: 'loopback' });
  const admin = await siege.world.agent('Admin', { role: 'admin' });
  ({ username } = await createAgent(admin));
});
afterAll(() => siege.stop());

/** The status of a login that comes through a proxy. */
async function logIn(name: string, password: string, forwardedFor: string): Promise<number> {
  const answer = await fetch(`${siege.url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': forwardedFor },
    body: JSON.stringify({ username: name, password }),
  });
  const { code } = (await answer.json()) as { code?: string };
  const codes: Record<number, string> = {
    401: 'invalid_credentials',
    429: 'rate_limited',
    503: 'unavailable',
  };
  expect(code).toBe(codes[answer.status]);
  if (answer.status > 401) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  return answer.status;
}

const fail = (name: string, from: string): Promise<number> => logIn(name, 'not the password', from);

/** One after the other. */
async function statuses(count: number, one: (number: number) => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (const number of range(1, count)) all.push(await one(number));
  return all;
}

const times = (count: number, status: number): number[] => Array<number>(count).fill(status);

let lastAddress = 0;
/** One that nothing was counted for. */
const newAddress = (): string => `198.18.${Math.floor((lastAddress += 1) / 250)}.${lastAddress % 250}`;

it('many at once wait in a queue or are told to come again, and nobody else waits for them', () =>
  siege.attack('logins at once', async () => {
    const address = newAddress();
    const answers = await Promise.all(range(1, scaled(100, 150)).map(() => fail(randomUUID(), address)));
    expect(new Set(answers)).toEqual(new Set([401, 503]));
  }));

it('of one address leave room in the queue for another’s', async () => {
  const flood = Promise.all(range(1, 100).map((n) => fail(`${randomUUID()} ${n}`, '198.51.100.1')));
  expect(await logIn(username, PASSWORD, newAddress())).toBe(200);
  await flood;
});

it('are limited by name and address, and a right one is never counted', async () => {
  const address = newAddress();
  expect(await statuses(OF_A_NAME_AND_ADDRESS + 5, () => logIn(username, PASSWORD, address))).toEqual(
    times(OF_A_NAME_AND_ADDRESS + 5, 200),
  );
  const wrong = await statuses(OF_A_NAME_AND_ADDRESS + 2, () => fail(username, address));
  expect(wrong).toEqual([...times(OF_A_NAME_AND_ADDRESS, 401), 429, 429]);
  expect(await logIn(username, PASSWORD, address)).toBe(429);
  expect(await logIn(username, PASSWORD, newAddress())).toBe(200);
});

it('are limited by name over all addresses', async () => {
  const name = randomUUID();
  const wrong = await statuses(OF_A_NAME + 2, () => fail(name, newAddress()));
  expect(wrong).toEqual([...times(OF_A_NAME, 401), 429, 429]);
});

it('are limited by name also when they come at once', async () => {
  const name = randomUUID();
  const answers = await Promise.all(range(1, 30).map(() => fail(name, '198.51.100.2')));
  // Those that are being checked when the last one fails may pass.
  expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(OF_A_NAME_AND_ADDRESS + 1);
});

it('that a name’s limit refuses do not count for the address', async () => {
  const address = newAddress();
  const names = [randomUUID(), randomUUID()];
  await statuses(2 * OF_AN_ADDRESS, (number) => fail(names[number % 2] as string, address));
  expect(await logIn(username, PASSWORD, address)).toBe(200);
});

it('are limited by address, whatever the names', async () => {
  const address = newAddress();
  const wrong = await statuses(OF_AN_ADDRESS + 2, () => fail(randomUUID(), address));
  expect(wrong).toEqual([...times(OF_AN_ADDRESS, 401), 429, 429]);
});

describe('count as from one address', () => {
  it.each([
    ['with and without ports', (n: number) => ['203.0.113.1', `203.0.113.1:${1_000 + n}`]],
    [
      'of one IPv6 network of 64 bits',
      (n: number) => [`2001:db8:1:2::${n}`, `[2001:db8:1:2:ffff::${n}]:443`],
    ],
    ['with zones', (n: number) => [`fe80:0:0:7::1%eth${n}`, `fe80:0:0:7::1%${n}`]],
    ['of IPv4 written as IPv6', () => ['203.0.113.2', '::ffff:203.0.113.2']],
    ['that are none', (n: number) => [`unknown-${n}`, '999.1.1.1']],
  ])('those %s', async (_, addresses) => {
    const name = randomUUID();
    const wrong = await statuses(OF_A_NAME_AND_ADDRESS + 2, (n) => fail(name, addresses(n)[n % 2] as string));
    expect(wrong).toEqual([...times(OF_A_NAME_AND_ADDRESS, 401), 429, 429]);
  });

  it('but not those of other IPv6 networks', async () => {
    const name = randomUUID();
    expect(await statuses(12, (n) => fail(name, `2001:db8:1:${n}::1`))).toEqual(times(12, 401));
  });
});
