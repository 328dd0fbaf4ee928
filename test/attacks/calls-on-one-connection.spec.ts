import { headOf, RawConnection } from './support/raw-connection.js';
import { scaled, Siege } from './support/siege.js';

const CALLS = 2_000;
const CONNECTIONS = scaled(2, 20);
/** Calls that a connection may have in work. */
const IN_WORK = 16;

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start()));
afterAll(() => siege.stop());

const call = (path: string): string => headOf(`GET ${path} HTTP/1.1`, 'Host: talk');

it.each(['/openapi.json', '/service_agents/talk_chats', '/nowhere', '/livez'])(
  'calls of %s that are sent ahead are answered to a limit, which ends their connection',
  (path) =>
    siege.attack(`${CALLS} calls of ${path} ahead of their answers`, async () => {
      const connections = await Promise.all(
        Array.from({ length: CONNECTIONS }, () => RawConnection.open(siege.url)),
      );
      for (const connection of connections) connection.write(call(path).repeat(CALLS));
      await Promise.all(connections.map(({ closed }) => closed));
      for (const connection of connections) {
        expect(connection.count('HTTP/1.1 429 ')).toBe(1);
        expect(connection.count('HTTP/1.1 ')).toBeLessThanOrEqual(IN_WORK + 1);
      }
    }),
);

it('a few calls may be sent ahead, again and again', async () => {
  const connection = await RawConnection.open(siege.url);
  for (let round = 1; round <= 10; round += 1) {
    connection.write(call('/livez').repeat(IN_WORK));
    await connection.untilCount('"ok"', round * IN_WORK);
  }
  expect(connection.count('HTTP/1.1 200 ')).toBe(10 * IN_WORK);
  connection.close();
});
