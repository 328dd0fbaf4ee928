import { range } from '../support/builders.js';
import { headOf, closeAll, RawConnection } from './support/raw-connection.js';
import { Siege } from './support/siege.js';

const BODY_BYTES = 256 * 1024;
const CONNECTIONS = 100;
/** Of 8 MiB that large bodies of strangers may have at once. */
const LARGE_AT_ONCE = 32;

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start()));
afterAll(() => siege.stop());

/** Begins a call whose body comes but for its last byte. */
async function begin(request: string, ...headers: string[]): Promise<RawConnection> {
  const connection = await RawConnection.open(siege.url);
  const head = ['Host: talk', 'Content-Type: application/json', `Content-Length: ${BODY_BYTES}`, ...headers];
  connection.write(headOf(request, ...head), `"${'x'.repeat(BODY_BYTES - 2)}`);
  return connection;
}

const answered = (connections: RawConnection[]): Promise<void[]> =>
  Promise.all(connections.map((connection) => connection.until(/\r\n\r\n\{.*\}/s)));

const statusesOf = (connections: RawConnection[]): Set<string> =>
  new Set(connections.map(({ received }) => received.slice(9, 12)));

it.each([
  ['without a token', 'POST /service_agents/talk_messages HTTP/1.1', [], '401'],
  ['with a wrong one', 'PUT /service_agents/talk_chats/x HTTP/1.1', ['Authorization: Bearer x'], '401'],
  ['to a path that is not there', 'POST /nowhere HTTP/1.1', [], '404'],
] as const)('a body that comes %s is refused before it is there', (name, request, headers, status) =>
  siege.attack(`${CONNECTIONS} bodies ${name}`, async () => {
    const connections = await Promise.all(range(1, CONNECTIONS).map(() => begin(request, ...headers)));
    await answered(connections);
    expect(statusesOf(connections)).toEqual(new Set([status]));
    closeAll(connections);
  }),
);

it('of large bodies to log in with so many may come at once, and small ones always', () =>
  siege.attack(`${CONNECTIONS} large bodies to log in with`, async () => {
    const connections = await Promise.all(
      range(1, CONNECTIONS).map(() => begin('POST /auth/login HTTP/1.1')),
    );
    await answered(connections.slice(LARGE_AT_ONCE));
    const refused = connections.filter(({ received }) => received !== '');
    expect(refused).toHaveLength(CONNECTIONS - LARGE_AT_ONCE);
    expect(statusesOf(refused)).toEqual(new Set(['503']));
    const { status } = await fetch(`${siege.url}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'nobody', password: 'x'.repeat(128) }),
    });
    expect([401, 429]).toContain(status);
    closeAll(connections);
    await Promise.all(connections.map(({ closed }) => closed));
  }));
