import { randomBytes } from 'node:crypto';
import { RawConnection } from './support/raw-connection.js';
import { burst, frame, openWebSocket, openWebSocketAs } from './support/raw-web-socket.js';
import { scaled, Siege } from './support/siege.js';

const NAMES = scaled(20_000, 100_000);

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start()));
afterAll(() => siege.stop());

/** Sends all this on a connection of its own; resolves with it once it has been closed. */
async function send(...pieces: Buffer[]): Promise<RawConnection> {
  const connection = await openWebSocket(siege.url);
  connection.write(...pieces);
  await connection.closed;
  return connection;
}

const madeUpKey = (): string => `talk_${randomBytes(32).toString('base64url')}`;

it.each([
  ['without a token', burst('40', NAMES)],
  ['with a token that is none', burst('40{"token":"x"}', NAMES)],
  ['for another namespace', burst('40/admin,', NAMES)],
])('a burst of CONNECT packets %s is answered with two refusals at most', (name, pieces) =>
  siege.attack(`${NAMES} CONNECT packets ${name}`, async () => {
    const { count } = await send(pieces).then((connection) => ({
      count: connection.received.match(/44(\/admin,)?\{/g)?.length ?? 0,
    }));
    expect(count).toBeLessThanOrEqual(2);
  }),
);

it('a burst of made-up keys is looked up once', () =>
  siege.attack('CONNECT packets with made-up keys', async () => {
    const keys = Array.from({ length: scaled(500, 2_000) }, () => frame(`40{"token":"${madeUpKey()}"}`));
    expect((await send(Buffer.concat(keys))).count('44{')).toBeLessThanOrEqual(2);
  }));

it('a second name may be given once the first was refused, and a third not', async () => {
  const connection = await openWebSocket(siege.url);
  connection.write(frame('40{"token":"x"}'));
  await connection.until(/44\{/);
  connection.write(frame(`40{"token":"${siege.sender.token}"}`));
  await connection.until(/40\{"sid"/);
  expect(connection.received).toMatch(/40\{"sid"/);
  connection.close();

  const other = await openWebSocket(siege.url);
  other.write(frame('40{"token":"x"}'));
  await other.until(/44\{/);
  other.write(frame('40{"token":"y"}'));
  await other.closed;
  expect(other.count('"code":"unauthenticated"')).toBe(2);
});

it('a namespace that is not there can be asked for once beside the one that is', async () => {
  const connection = await openWebSocketAs(siege.sender.token, siege.url);
  connection.write(frame('40/admin,'));
  await connection.until(/44\/admin,/);
  expect(connection.isOpen).toBe(true);
  connection.write(frame('40/admin,'));
  await connection.closed;
  expect(connection.count('44/admin,')).toBe(2);
});
