import { randomBytes } from 'node:crypto';
import { range } from '../support/builders.js';
import { closeAll } from './support/raw-connection.js';
import { burst, frame, naming, OPCODE, openWebSocket, openWebSocketAs } from './support/raw-web-socket.js';
import { scaled, Siege } from './support/siege.js';

const CONNECTIONS = scaled(50, 200);

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start()));
afterAll(() => siege.stop());

const ATTACHMENT = frame(randomBytes(8_000), OPCODE.binary);

describe('a connection that has named nobody is closed', () => {
  it.each([
    ['for a message of more than a token needs', [frame(`40{"token":"${'x'.repeat(10_000)}"}`)]],
    ['for the announcement of one', [frame(Buffer.alloc(200_000), OPCODE.text).subarray(0, 14)]],
    [
      'for parts that are too much together',
      range(1, 4).map(() => frame('x'.repeat(4_000), OPCODE.text, false)),
    ],
    ['for an attachment', [frame('451-["x",{"_placeholder":true,"num":0}]'), ATTACHMENT]],
    [
      'for the announcement of ten',
      [frame('4510-["x",{"_placeholder":true,"num":0}]'), ...range(1, 9).map(() => ATTACHMENT)],
    ],
    ['for an event', [frame('42["subscribe",{}]')]],
    ['for leaving what it did not enter', [frame('41')]],
    ['for packets that mean nothing', [burst('3', 1_000)]],
    ['for packets of no type', [burst('', 1_000)]],
    ['for one name behind the other', [frame('40'), frame('40')]],
  ])('%s', (name, pieces) =>
    siege.attack(`connections closed ${name}`, async () => {
      const connections = await Promise.all(range(1, CONNECTIONS).map(() => openWebSocket(siege.url)));
      for (const connection of connections) connection.write(...pieces);
      await Promise.all(connections.map(({ closed }) => closed));
      for (const { received } of connections) expect(received).not.toMatch(/40\{"sid"/);
    }),
  );
});

it('a token of 8 KiB may be said in a message, and events of 250 KiB once it is named', async () => {
  const connection = await openWebSocket(siege.url);
  connection.write(naming('x'.repeat(8 * 1024)));
  await connection.until(/"code":"unauthenticated"/);
  expect(connection.isOpen).toBe(true);
  connection.close();

  const named = await openWebSocketAs(siege.sender.token, siege.url);
  named.write(frame(`420["subscribe",{"chat_ids":"${'x'.repeat(250 * 1024)}"}]`));
  await named.until(/430\[/);
  expect(named.received).toMatch(/"code":"invalid_request"/);
  named.close();
});

it.each([
  ['nobody', () => openWebSocket(siege.url)],
  ['an agent', () => openWebSocketAs(siege.sender.token, siege.url)],
])('pings of %s that reads no answer pile up nowhere', (name, open) =>
  siege.attack(`pings of ${name} that reads nothing`, async () => {
    const connections = await Promise.all(range(1, 10).map(open));
    const pings = Buffer.concat(range(1, 1_000).map(() => frame(Buffer.alloc(125), OPCODE.ping)));
    for (const { socket } of connections) {
      socket.pause();
      for (let round = 0; round < scaled(20, 100); round += 1) socket.write(pings);
    }
    await siege.expectService();
    closeAll(connections);
  }),
);

it('pings of one who reads are answered', async () => {
  const connection = await openWebSocketAs(siege.sender.token, siege.url);
  connection.write(frame('are you there', OPCODE.ping));
  await connection.until(/\x8a\rare you there/);
  expect(connection.isOpen).toBe(true);
  connection.close();
});
