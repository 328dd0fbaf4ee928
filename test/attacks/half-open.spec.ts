import { connectionsOf } from '../faults/support/connections.js';
import { eventually } from '../support/eventually.js';
import { range } from '../support/builders.js';
import { closeAll, headOf, RawConnection } from './support/raw-connection.js';
import { frame, openWebSocket, openWebSocketAs, WEB_SOCKET_HEADERS } from './support/raw-web-socket.js';
import { Siege } from './support/siege.js';

/** More than there is room for, were any of them kept. */
const ROUNDS = 2;
const EACH = 60;
const MOST = 100;
/** Another address of this machine, so that the honest tenant has its own room. */
const ELSEWHERE = '127.0.0.2';

let siege: Siege;
beforeAll(async () => {
  siege = await Siege.start({
    MAX_CONNECTIONS_PER_ADDRESS: `${MOST}`,
    RECEIVE_LIMIT: '1s',
    HANDSHAKE_LIMIT: '1s',
    CLOSE_LIMIT: '500ms',
  });
});
afterAll(() => siege.stop());

/** What connections say that then neither read, nor answer, nor close. */
const LAST_WORDS: Record<string, () => Promise<RawConnection>> = {
  nothing: () => RawConnection.open(siege.url, ELSEWHERE),
  'half a head': () => say('GET /livez HTTP/1.1\r\nHost:'),
  'half a body': () => say(headOf('POST /auth/login HTTP/1.1', 'Host: talk', 'Content-Length: 9'), '{'),
  'what is not HTTP': () => say('\x16\x03\x01\x02\x00\x01'),
  'too large a head': () => say(headOf('GET /livez HTTP/1.1', `X-Large: ${'x'.repeat(20_000)}`)),
  'a call to be the last': () => say(headOf('GET /livez HTTP/1.1', 'Host: talk', 'Connection: close')),
  'a WebSocket elsewhere': () => say(headOf('GET /livez HTTP/1.1', 'Host: talk', ...WEB_SOCKET_HEADERS)),
  'a tunnel': () => say(headOf('CONNECT talk:443 HTTP/1.1', 'Host: talk')),
  'a WebSocket without a key': () =>
    say(
      headOf(
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
      ),
    ),
  'a WebSocket': () => openWebSocket(siege.url, ELSEWHERE),
  'a WebSocket and half a frame': () => speak(frame('40{"token":"x"}').subarray(0, 9)),
  'a WebSocket and two wrong names': () => speak(frame('40'), frame('40/x,'), frame('40/x,')),
  'a WebSocket and a frame without its mask': () => speak(Buffer.from([0x81, 0x02, 0x34, 0x30])),
  'a WebSocket and too much': () => speak(frame('x'.repeat(20_000))),
  'a socket that leaves': async () => {
    const connection = await openWebSocketAs(siege.sender.token, siege.url, ELSEWHERE);
    if (connection.isOpen) connection.write(frame('41'));
    return connection;
  },
};

async function say(...words: string[]): Promise<RawConnection> {
  const connection = await RawConnection.open(siege.url, ELSEWHERE);
  connection.write(...words);
  return connection;
}

async function speak(...frames: Buffer[]): Promise<RawConnection> {
  const connection = await openWebSocket(siege.url, ELSEWHERE);
  connection.write(...frames);
  return connection;
}

it.each(Object.entries(LAST_WORDS))('a connection is given up that ends with %s', (words, speakTheLast) =>
  siege.attack(`connections that end with ${words}`, async () => {
    const held: RawConnection[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const said = await Promise.all(range(1, EACH).map(speakTheLast));
      held.push(...said.map((connection) => connection.ignoreEnd()));
      // Nothing is kept of them, though they themselves have closed nothing.
      await eventually(
        () => countKept(said),
        (kept) => kept === 0,
      );
    }
    // And there is room again.
    await eventually(
      () => Promise.all(range(1, 60).map(canCall)).then((all) => all.filter(Boolean).length),
      (count) => count === 60,
    );
    closeAll(held);
  }),
);

/** How many of these Talk has not let go of. */
async function countKept(connections: RawConnection[]): Promise<number> {
  const ports = connections.map(({ port }) => port);
  const seen = await connectionsOf(Number(new URL(siege.url).port), ports);
  return [...seen.values()].filter(({ isOpen }) => isOpen).length;
}

/** Whether there is room for one more of the address. */
async function canCall(): Promise<boolean> {
  const connection = await say(headOf('GET /livez HTTP/1.1', 'Host: talk', 'Connection: close'));
  await connection.closed;
  return connection.received.startsWith('HTTP/1.1 200 ');
}
