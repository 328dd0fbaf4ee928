import { createTalk, send } from './support/builders.js';
import { expectUnharmed } from './support/problems.js';
import { exchange } from './support/raw.js';
import { openRaw, type Frame } from './support/raw-packets.js';
import { World, type TestAgent } from './support/world.js';

const BINARY = Buffer.from('binary');
const PLACEHOLDER = '{"_placeholder":true,"num":0}';
const LEVELS = 50_000;

/** Frames, by what they break. */
const BROKEN: Record<string, Frame[]> = {
  'an empty frame': [''],
  'an unknown Engine.IO type': ['9'],
  'a letter': ['x'],
  NUL: ['\0'],
  'a ping from the wrong side': ['2'],
  'pongs that nobody asked for': ['3', '3', '3probe'],
  'a probe': ['2probe'],
  'an upgrade of nothing': ['5'],
  'a second handshake': ['0{"sid":"x"}'],
  'no Socket.IO type': ['4'],
  'an unknown Socket.IO type': ['49'],
  'a Socket.IO type that is no digit': ['4x'],
  'a second connect': ['40', '40{"token":"x"}', '40{}'],
  'a connect with broken JSON': ['40{'],
  'a connect with an array': ['40[]'],
  'a connect with text': ['40"x"'],
  'an ack that nobody asked for': ['430[]', '4399999999[{}]', '43[]', '430{}'],
  'an error from the wrong side': ['44{"message":"x"}', '44"x"'],
  'an event without a payload': ['42'],
  'an event of broken JSON': ['42['],
  'an event cut off': ['42["subscribe",{"chat_ids":['],
  'an event that is an object': ['42{"a":1}'],
  'an event without a name': ['42[]'],
  'an event named by null': ['42[null]'],
  'an event named by a number': ['42[1,{}]', '420[1]'],
  'an event named by an object': ['42[{}]'],
  'an event named by an array': ['42[["subscribe"],{}]'],
  'an event in another namespace': ['42/admin,["subscribe",{}]'],
  'an event with a huge id': ['4299999999999999999999999["subscribe",{}]'],
  'an event with a negative id': ['42-1["subscribe",{}]'],
  'the reserved event connect': ['42["connect",{}]'],
  'the reserved event connect_error': ['42["connect_error",{}]'],
  'the reserved event disconnect': ['42["disconnect"]'],
  'the reserved event disconnecting': ['42["disconnecting",{}]'],
  'the reserved event newListener': ['42["newListener","subscribe"]'],
  'the reserved event removeListener': ['42["removeListener","subscribe"]'],
  'an event named error': ['42["error",{}]', '420["error",{"message":"x"}]'],
  'events named like what every object has': ['42["__proto__",{}]', '42["constructor",{}]', '42["toString"]'],
  'a payload with __proto__': ['420["subscribe",{"__proto__":{"chat_ids":[]}}]'],
  'an event nested 50,000 levels deep': [`420["subscribe",${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}]`],
  'binary events nested 50,000 levels deep': [
    `451-["subscribe",${'['.repeat(LEVELS)}${PLACEHOLDER}${']'.repeat(LEVELS)}]`,
    BINARY,
  ],
  'a binary event without a count': [`45-["x",${PLACEHOLDER}]`],
  'a binary event that announces nothing': ['450-["x"]'],
  'a binary event that announces too much': [`4599999999999-["x",${PLACEHOLDER}]`, BINARY],
  'a binary event followed by text': [`451-["x",${PLACEHOLDER}]`, '42["x"]'],
  'a binary event with a bad placeholder': ['451-["x",{"_placeholder":true,"num":7}]', BINARY],
  'a binary event with a placeholder of text': ['451-["x",{"_placeholder":true,"num":"length"}]', BINARY],
  'a binary event named by its attachment': [`451-[${PLACEHOLDER}]`, BINARY],
  'a binary ack that nobody asked for': [`461-0[${PLACEHOLDER}]`, BINARY],
  'binary that nothing announced': [BINARY, Buffer.alloc(0)],
  'a disconnect, then more': ['41', '42["subscribe",{}]', '41'],
  'a close, then more': ['1', '42["subscribe",{}]'],
};

const OVERSIZE: [string, Frame][] = [
  ['an event', `42["subscribe",{"chat_ids":"${'x'.repeat(256 * 1024)}"}]`],
  ['a connect', `40{"token":"${'x'.repeat(256 * 1024)}"}`],
  ['binary', Buffer.alloc(256 * 1024 + 1)],
];

const upgrade = (target: string, ...headers: string[]): string =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: talk',
    'Connection: Upgrade',
    'Upgrade: websocket',
    ...headers,
    '',
    '',
  ].join('\r\n');
const KEY = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
const PATH = '/socket.io/?EIO=4&transport=websocket';

/** Bytes below Socket.IO: handshakes that fail, and WebSocket frames that break RFC 6455. */
const BYTES: Record<string, Buffer[]> = {
  'no key': [Buffer.from(upgrade(PATH, 'Sec-WebSocket-Version: 13'))],
  'a bad key': [Buffer.from(upgrade(PATH, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: x'))],
  'an unknown version': [Buffer.from(upgrade(PATH, 'Sec-WebSocket-Version: 99', 'Sec-WebSocket-Key: x'))],
  'another protocol': [Buffer.from(upgrade('/socket.io/?EIO=3&transport=websocket', ...KEY))],
  'no query string': [Buffer.from(upgrade('/socket.io/', ...KEY))],
  'an unknown transport': [Buffer.from(upgrade('/socket.io/?EIO=4&transport=__proto__', ...KEY))],
  'an unknown sid': [Buffer.from(upgrade(`${PATH}&sid=x`, ...KEY))],
  'repeated parameters': [Buffer.from(upgrade(`${PATH}&EIO=4&transport=polling&token=a&token=b`, ...KEY))],
  'a broken escape': [Buffer.from(upgrade(`${PATH}&token=%zz`, ...KEY))],
  'a POST without a session': [
    Buffer.from(
      'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: talk\r\nContent-Length: 2\r\n\r\n40',
    ),
  ],
  'a frame without a mask': [Buffer.from(upgrade(PATH, ...KEY)), Buffer.from([0x81, 0x02, 0x34, 0x30])],
  'reserved bits': [Buffer.from(upgrade(PATH, ...KEY)), Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
  'an unknown opcode': [Buffer.from(upgrade(PATH, ...KEY)), Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
  'a length of 2^63': [
    Buffer.from(upgrade(PATH, ...KEY)),
    Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  ],
  'text that is not UTF-8': [Buffer.from(upgrade(PATH, ...KEY)), Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])],
  'a continuation of nothing': [Buffer.from(upgrade(PATH, ...KEY)), Buffer.from([0x80, 0x80, 0, 0, 0, 0])],
  'a close with a bad code': [
    Buffer.from(upgrade(PATH, ...KEY)),
    Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0, 1]),
  ],
  'half a frame': [Buffer.from(upgrade(PATH, ...KEY)), Buffer.from([0x81])],
  'an upgrade elsewhere': [Buffer.from(upgrade('/service_agents/talk_chats', ...KEY))],
};

describe('frames that no client would send', () => {
  let world: World;
  let agentA: TestAgent;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    agentA = await world.agent('Agent A');
  });
  afterAll(() => world.close());

  /** A good client connects, subscribes and receives. */
  async function expectGoodService(): Promise<void> {
    const talk = await createTalk(agentA);
    const client = await agentA.connect();
    expect(await client.subscribe({ chat_ids: [talk.id] })).toMatchObject({ ok: true });
    await send(agentA, talk, 'Does this arrive?');
    await client.reach(talk.id, 1);
    client.close();
  }

  it.each(Object.entries(BROKEN))('hurt nobody: %s', async (_, frames) => {
    const { url } = world.replica(0);
    const connections = [await openRaw(url), await openRaw(url, agentA.token)];
    for (const connection of connections) connection.send(...frames);
    await expectGoodService();
    for (const connection of connections) connection.close();
  });

  it.each(OVERSIZE)('close their socket over 256 KiB: %s', async (_, frame) => {
    const connection = await openRaw(world.replica(0).url, agentA.token);
    connection.send(frame);
    await connection.closed;
    await expectGoodService();
  });

  it('may be of nearly 256 KiB', async () => {
    const client = await agentA.connect();
    const ack: unknown = await client.emit('subscribe', { chat_ids: 'x'.repeat(250 * 1024) });
    expect(ack).toMatchObject({ ok: false, error: { status: 400 } });
  });

  it.each(Object.entries(BYTES))('hurt nobody below Socket.IO: %s', async (_, bytes) => {
    const { status } = await exchange(world.replica(0).url, ...bytes);
    expect(status).toBeLessThan(500);
    await expectGoodService();
  });

  it('leave the process unharmed', () => expectUnharmed(world));
});
