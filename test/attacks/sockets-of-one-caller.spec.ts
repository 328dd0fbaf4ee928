import { io } from 'socket.io-client';
import { range } from '../support/builders.js';
import { expectConnectError } from '../support/problems.js';
import { exchange } from '../support/raw.js';
import { closeAll } from './support/raw-connection.js';
import { frame, openWebSocket, openWebSocketAs } from './support/raw-web-socket.js';
import { Siege } from './support/siege.js';

const MOST = 200;
const OF_AN_ADDRESS = 60;
const OF_AN_AGENT = 10;
/** Another address of this machine. */
const ELSEWHERE = '127.0.0.2';

let siege: Siege;
beforeAll(async () => {
  siege = await Siege.start({
    MAX_CONNECTIONS: `${MOST}`,
    MAX_CONNECTIONS_PER_ADDRESS: `${OF_AN_ADDRESS}`,
    MAX_SOCKETS_PER_AGENT: `${OF_AN_AGENT}`,
  });
});
afterAll(() => siege.stop());

it('an agent has so many sockets, and is told; others are let in', () =>
  siege.attack('more sockets than an agent may have', async () => {
    const { token } = await siege.world.agent('Agent C');
    const connections = await Promise.all(
      range(1, OF_AN_AGENT + 5).map(() => openWebSocketAs(token, siege.url, ELSEWHERE)),
    );
    const admitted = connections.filter(({ received }) => received.includes('40{"sid"'));
    expect(admitted).toHaveLength(OF_AN_AGENT);
    const socket = io(siege.url, { transports: ['websocket'], reconnection: false, auth: { token } });
    const refusal = await new Promise((resolve) => socket.once('connect_error', resolve));
    expectConnectError(refusal, 429, 'too_many_connections');
    socket.close();
    const [first] = admitted;
    first?.close();
    closeAll(connections.filter((one) => !admitted.includes(one)));
    (await siege.world.connectWith(siege.sender.token)).close();
    closeAll(connections);
  }));

it('an address has so many connections; the next is answered with 429, and other addresses are let in', () =>
  siege.attack('more connections than an address may have', async () => {
    const connections = await Promise.all(
      range(1, OF_AN_ADDRESS + 20).map(() => openWebSocket(siege.url, ELSEWHERE)),
    );
    const refused = connections.filter(({ received }) => received.includes('too_many_connections'));
    expect(refused.length).toBeGreaterThanOrEqual(20);
    for (const { received } of refused) expect(received).toMatch(/^HTTP\/1\.1 429 .*Retry-After: 1\r\n/s);
    expect((await fetch(`${siege.url}/livez`)).status).toBe(200);
    closeAll(connections);
  }));

it('a replica has so many connections; the next is answered with 503', async () => {
  const addresses = range(2, 8).map((last) => `127.0.0.${last}`);
  const connections = await Promise.all(
    addresses.flatMap((address) => range(1, 40).map(() => openWebSocket(siege.url, address))),
  );
  const { status, head } = await exchange(siege.url, 'GET /livez HTTP/1.1\r\nHost: talk\r\n\r\n');
  expect(status).toBe(503);
  expect(head).toMatch(/retry-after: 1/i);
  closeAll(connections);
});

it('a connection that was closed makes room', async () => {
  for (let round = 0; round < 5; round += 1) {
    const connections = await Promise.all(
      range(1, OF_AN_ADDRESS - 5).map(() => openWebSocket(siege.url, '127.0.0.9')),
    );
    connections.forEach((one) => one.write(frame('40')));
    await Promise.all(connections.map((one) => one.until(/44\{/)));
    expect(connections.filter(({ received }) => received.includes('44{'))).toHaveLength(OF_AN_ADDRESS - 5);
    closeAll(connections);
    await Promise.all(connections.map(({ closed }) => closed));
    await siege.expectService();
  }
});
