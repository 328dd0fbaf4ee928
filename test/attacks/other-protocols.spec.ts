import { aProblem } from '../support/problems.js';
import { exchange, type RawAnswer } from '../support/raw.js';
import { headOf, RawConnection } from './support/raw-connection.js';
import { WEB_SOCKET_HEADERS } from './support/raw-web-socket.js';
import { scaled, Siege } from './support/siege.js';

let siege: Siege;
beforeAll(async () => void (siege = await Siege.start()));
afterAll(() => siege.stop());

const H2C = [
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
];

const ask = (request: string, ...headers: string[]): Promise<RawAnswer> =>
  exchange(siege.url, headOf(request, 'Host: talk', ...headers));

const bodyOf = ({ body }: RawAnswer): unknown => JSON.parse(body);

describe('a request for a protocol that Talk does not speak is answered as if it asked for none', () => {
  it.each([
    ['h2c', H2C],
    ['TLS/1.0', ['Connection: Upgrade', 'Upgrade: TLS/1.0']],
    ['a list of them', ['Connection: keep-alive, Upgrade', 'Upgrade: h2c, TLS/1.2']],
    ['a name in capitals', ['connection: UPGRADE', 'UPGRADE: H2C']],
    ['an empty name', ['Connection: Upgrade', 'Upgrade: ,']],
  ])('%s', async (_, headers) => {
    const answer = await ask('GET /livez HTTP/1.1', ...headers);
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toEqual({ status: 'ok' });
  });

  it('with a body, whole or in pieces', async () => {
    const body = '{"username":"nobody","password":"not the password"}';
    const head = headOf(
      'POST /auth/login HTTP/1.1',
      'Host: talk',
      ...H2C,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    );
    expect((await exchange(siege.url, head + body)).status).toBe(401);
    expect((await exchange(siege.url, head, body.slice(0, 9), body.slice(9))).status).toBe(401);
  });

  it('with the requests behind it, in order', async () => {
    const requests = ['/livez', '/nowhere', '/livez'].map((path) =>
      headOf(`GET ${path} HTTP/1.1`, 'Host: talk', ...H2C),
    );
    const { text } = await exchange(siege.url, requests.join(''));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('again and again on one connection, at no cost that stays', () =>
    siege.attack('requests for h2c on one connection', async () => {
      const count = scaled(200, 1_000);
      const connection = await RawConnection.open(siege.url);
      for (let answered = 0; answered < count; answered += 1) {
        connection.received = '';
        connection.write(headOf('GET /livez HTTP/1.1', 'Host: talk', ...H2C));
        await connection.until(/"ok"/);
      }
      expect(connection.isOpen).toBe(true);
      connection.close();
      expect(siege.world.replica(0).output()).not.toMatch(/MaxListeners/);
    }));
});

describe('what cannot become a WebSocket is refused with a problem', () => {
  it.each([
    '/livez',
    '/nowhere',
    '/service_agents/talk_chats',
    '/socket.io',
    '/socket.iox/?EIO=4&transport=websocket',
  ])('at %s', async (path) => {
    const answer = await ask(`GET ${path} HTTP/1.1`, ...WEB_SOCKET_HEADERS);
    expect(bodyOf(answer)).toEqual(aProblem(404, 'route_not_found'));
    expect(answer.status).toBe(404);
  });

  it.each(['EIO=3&transport=websocket', 'transport=websocket', 'EIO=3&transport=polling', ''])(
    'from a client of an old protocol: ?%s',
    async (query) => {
      const headers = query.includes('polling') ? [] : WEB_SOCKET_HEADERS;
      const answer = await ask(`GET /socket.io/?${query} HTTP/1.1`, ...headers);
      expect(bodyOf(answer)).toEqual(aProblem(400, 'invalid_request'));
    },
  );

  it.each(['sid=unknown&EIO=4&transport=websocket', 'EIO=4&transport=unknown'])(
    'as Engine.IO does it: ?%s',
    async (query) => {
      const { status, body } = await ask(`GET /socket.io/?${query} HTTP/1.1`, ...WEB_SOCKET_HEADERS);
      expect([status, body]).toEqual([400, expect.stringMatching(/\S/)]);
    },
  );

  it('a tunnel', async () => {
    const answer = await ask('CONNECT example.com:443 HTTP/1.1');
    expect(bodyOf(answer)).toEqual(aProblem(404, 'route_not_found'));
  });
});
