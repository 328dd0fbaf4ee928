import { eventually } from '../support/eventually.js';
import { connectionsOf } from '../faults/support/connections.js';
import { headOf, RawConnection } from './support/raw-connection.js';
import { scaled, Siege } from './support/siege.js';

const CONNECTIONS = scaled(20, 100);
/** As many as a connection may ask for ahead. */
const CALLS = 16;

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start({ SEND_LIMIT: '2s' })));
afterAll(() => siege.stop());

it('an answer that its caller does not read ends its connection in time', () =>
  siege.attack('documents that nobody reads', async () => {
    const connections = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => RawConnection.open(siege.url)),
    );
    const call = headOf('GET /openapi.json HTTP/1.1', 'Host: talk');
    for (const { socket } of connections) {
      socket.pause();
      socket.write(call.repeat(CALLS));
    }
    const ports = connections.map(({ port }) => port);
    await eventually(
      () => connectionsOf(Number(new URL(siege.url).port), ports),
      (seen) => ports.every((port) => !seen.get(port)?.isOpen),
    );
    for (const connection of connections) connection.close();
  }));
