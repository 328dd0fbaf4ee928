import { frame, naming, openWebSocket, openWebSocketAs } from './support/raw-web-socket.js';
import { scaled, Siege } from './support/siege.js';

const CONNECTIONS = 10;
const NAMES_EACH = scaled(500, 8_000);

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start()));
afterAll(() => siege.stop());

const sockets = async (): Promise<number> => (await siege.metrics()).value('talk_sockets');

it('a connection has one socket, however often it names its agent at once', () =>
  siege.attack(`${CONNECTIONS} connections that name their agent ${NAMES_EACH} times`, async () => {
    const names = Buffer.concat(Array.from<Buffer>({ length: NAMES_EACH }).fill(naming(siege.sender.token)));
    const connections = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => openWebSocket(siege.url)),
    );
    for (const connection of connections) connection.write(names);
    await Promise.all(connections.map(({ closed }) => closed));
    for (const connection of connections) expect(connection.count('40{"sid"')).toBeLessThanOrEqual(1);
    // The reader of the honest tenant alone.
    expect(await sockets()).toBeLessThanOrEqual(1 + CONNECTIONS);
  }));

it('a connection ends with its socket, so it cannot be named again and again', () =>
  siege.attack('connections that leave and name their agent again', async () => {
    const connection = await openWebSocketAs(siege.sender.token, siege.url);
    const again = naming(siege.sender.token);
    connection.write(...Array.from({ length: 100 }, () => [frame('41'), again]).flat());
    await connection.closed;
    expect(connection.count('40{"sid"')).toBe(1);
  }));
