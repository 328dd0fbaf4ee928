import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { signToken } from './support/api.js';
import { BAD_TOKENS } from './support/bad-tokens.js';
import { connect } from './support/client.js';
import { expectConnectError, expectUnharmed } from './support/problems.js';
import { openRaw } from './support/raw-packets.js';
import { World } from './support/world.js';

/** Milliseconds that a connection has to name somebody, and as many more as a busy machine may need. */
const NAMELESS_AT_MOST = 5000 + 3000;

describe('connecting', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
  });
  afterAll(() => world.close());

  /** What a client is told: the refusal, or `undefined` where it is let in. */
  const attempt = (options: Parameters<typeof io>[1], namespace = ''): Promise<unknown> => {
    const socket = io(world.replica(0).url + namespace, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...options,
    });
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('connect_error', resolve);
    }).finally(() => socket.disconnect());
  };

  it('is refused without a token', async () => {
    const refusal: unknown = await connect(world.replica(0).url).catch((error: unknown) => error);
    expectConnectError(refusal, 401, 'unauthenticated');
  });

  describe.each(Object.entries(BAD_TOKENS))('with %s', (_, token) => {
    it('is refused by auth.token', async () => {
      expectConnectError(await attempt({ auth: { token } }), 401, 'unauthenticated');
    });

    it('is refused by the query string and by the header', async () => {
      expectConnectError(await attempt({ query: { token } }), 401, 'unauthenticated');
      expectConnectError(await attempt({ query: { accesskey: token } }), 401, 'unauthenticated');
      const extraHeaders = { Authorization: `Bearer ${token}` };
      expectConnectError(await attempt({ extraHeaders }), 401, 'unauthenticated');
    });
  });

  it.each([
    {},
    { token: 1 },
    { token: null },
    { token: {} },
    { token: ['x'] },
    { token: '' },
    { token: '\0' },
    { Token: 'x' },
  ])('is refused with the auth %j', async (auth) => {
    expectConnectError(await attempt({ auth }), 401, 'unauthenticated');
  });

  it('is refused to an agent under another customer', async () => {
    const { id } = await world.agent('Agent A');
    const token = await signToken({ agentId: id, customerId: randomUUID() });
    expectConnectError(await attempt({ auth: { token } }), 401, 'unauthenticated');
  });

  it.each(['/admin', '/agent/x', '/__proto__', '/constructor', '/%00'])(
    'is refused to the namespace %s',
    async (namespace) => {
      const { token } = await world.agent('Agent A');
      expect(await attempt({ auth: { token } }, namespace)).toBeInstanceOf(Error);
      expect(await attempt({}, namespace)).toBeInstanceOf(Error);
    },
  );

  it('lets an agent in by auth.token, query string and header', async () => {
    const { token } = await world.agent('Agent A');
    expect(await attempt({ auth: { token } })).toBeUndefined();
    expect(await attempt({ query: { token } })).toBeUndefined();
    expect(await attempt({ extraHeaders: { Authorization: `Bearer ${token}` } })).toBeUndefined();
  });

  it.each([
    ['says nothing', []],
    ['was refused', ['40']],
    ['was refused for its token', ['40{"token":"x"}']],
    ['asks for other namespaces only', ['40/admin,', '40/other,{}']],
  ])('ends within 5 s for a client that %s', async (_, frames) => {
    const started = Date.now();
    const connection = await openRaw(world.replica(0).url);
    connection.send(...frames);
    await connection.closed;
    expect(Date.now() - started).toBeLessThan(NAMELESS_AT_MOST);
  });

  it('stays unharmed', () => expectUnharmed(world));
});
