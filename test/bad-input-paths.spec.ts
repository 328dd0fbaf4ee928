import { randomUUID } from 'node:crypto';
import type { Answer } from './support/api.js';
import { expectProblem, expectUnharmed } from './support/problems.js';
import { abandon, exchange } from './support/raw.js';
import { bodyOf, Scene } from './support/scene.js';
import { World } from './support/world.js';

const PATHS_WITH_ID: { name: string; call: string; body?: object }[] = [
  { name: 'id', call: 'GET /service_agents/talk_chats/<id>' },
  { name: 'id', call: 'PUT /service_agents/talk_chats/<id>', body: { name: 'x' } },
  { name: 'id', call: 'DELETE /service_agents/talk_chats/<id>' },
  { name: 'id', call: 'POST /service_agents/talk_chats/<id>/close' },
  { name: 'id', call: 'POST /service_agents/talk_chats/<id>/reopen' },
  { name: 'id', call: 'GET /service_agents/talk_chats/<id>/participants' },
  { name: 'id', call: 'POST /service_agents/talk_chats/<id>/participants', body: { owner_id: '{other}' } },
  { name: 'id', call: 'DELETE /service_agents/talk_chats/<id>/participants/{other}' },
  { name: 'participant_id', call: 'DELETE /service_agents/talk_chats/{chat}/participants/<id>' },
  { name: 'id', call: 'GET /service_agents/talk_messages/<id>' },
  { name: 'id', call: 'PUT /service_agents/talk_messages/<id>', body: { text: 'x' } },
  { name: 'id', call: 'DELETE /service_agents/talk_messages/<id>' },
  { name: 'id', call: 'POST /service_agents/talk_messages/<id>/reactions', body: { emoji: '👍' } },
  { name: 'id', call: 'DELETE /service_agents/talk_messages/<id>/reactions?emoji=thumbsup' },
  { name: 'id', call: 'DELETE /service_agents/talk_messages/<id>/reactions/thumbsup' },
];

const NO_UUIDS = [
  'x',
  '1',
  'null',
  'undefined',
  '__proto__',
  '%00',
  '%F0%9F%91%8D',
  '%2e%2e%2f',
  "'%20OR%201=1",
  `%7B${randomUUID()}%7D`,
  `${randomUUID()}0`,
  `${randomUUID()}%00`,
  randomUUID().replaceAll('-', ''),
];

const NO_ROUTES = [
  'GET /nope',
  'GET /',
  'GET /v1.0',
  'GET /v1.0/v1.0/service_agents/talk_chats',
  'GET /v2.0/service_agents/talk_chats',
  'GET /service_agents',
  'GET /service_agents/talk_chats/{chat}/nope',
  'GET /service_agents/talk_chats/{chat}/close',
  'PATCH /service_agents/talk_chats',
  'PUT /service_agents/talk_chats',
  'DELETE /service_agents/talk_chats',
  'POST /service_agents/talk_chats/{chat}',
  'PUT /service_agents/talk_chats/{chat}/participants',
  'GET /service_agents/talk_chats/{chat}/participants/{other}',
  'PUT /service_agents/talk_messages',
  'POST /service_agents/talk_messages/{message}',
  'PUT /service_agents/talk_messages/{message}/reactions',
  'GET /auth/login',
  'DELETE /auth/login',
  'PROPFIND /service_agents/talk_chats',
  'GET /__proto__',
  'GET /constructor',
];

const BROKEN_ESCAPES = ['%zz', '%', '%f', '%c0%80', '%ff', '%ed%a0%80', '%u0041'];

/** Request targets that no client library would write. */
const STRANGE_TARGETS = [
  '*',
  '//',
  '/..',
  '/../etc/passwd',
  '/%2e%2e/%2e%2e',
  '/?',
  '/v1.0?x',
  '/#fragment',
  '/service_agents/talk_chats;x=1',
  'http://elsewhere.example/nope',
  `/${'a/'.repeat(3000)}`,
];

const request = (line: string, ...headers: string[]): string =>
  [line, 'Host: talk', 'Connection: close', ...headers, '', ''].join('\r\n');

const MALFORMED = {
  'a garbage request line': 'garbage\r\n\r\n',
  'bytes of a TLS handshake': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  'an unknown method': request('FETCH / HTTP/1.1'),
  'a line end in the path': 'GET /a\nb HTTP/1.1\r\n\r\n',
  'an unknown version': request('GET / HTTP/9.9'),
  'a Content-Length that is no number': request('POST /auth/login HTTP/1.1', 'Content-Length: abc'),
  'a negative Content-Length': request('POST /auth/login HTTP/1.1', 'Content-Length: -1'),
  'two Content-Lengths': request('POST /auth/login HTTP/1.1', 'Content-Length: 2', 'Content-Length: 3'),
  'both a length and chunks': request(
    'POST /auth/login HTTP/1.1',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
  ),
  'a broken chunk': `${request('POST /auth/login HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}zz\r\n`,
  'a header without a colon': request('GET / HTTP/1.1', 'broken'),
  'a header with a space in its name': request('GET / HTTP/1.1', 'X Y: z'),
  'a header with NUL': request('GET / HTTP/1.1', 'X-Request-Id: a\0b'),
  'a request id with CR': request('GET / HTTP/1.1', 'X-Request-Id: a\rSet-Cookie: b=c'),
  'headers over 16 KiB': request('GET / HTTP/1.1', `X-Large: ${'a'.repeat(20_000)}`),
  'a path over 16 KiB': request(`GET /${'a'.repeat(20_000)} HTTP/1.1`),
};

const UNSOUND_IDS = ['a b', 'a'.repeat(129), '"', '<script>', '{}', 'a,b', '\xff', '%0d%0aSet-Cookie:x'];

describe('paths and headers', () => {
  let world: World;
  let scene: Scene;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    scene = await Scene.create(world);
  });
  afterAll(() => world.close());

  it.each(PATHS_WITH_ID)('refuses a $name that is no UUID: $call', async ({ name, call, body }) => {
    for (const id of NO_UUIDS) {
      expectProblem(await scene.call(call.replace('<id>', id), body), 400, 'invalid_request', name);
    }
  });

  it.each(PATHS_WITH_ID)('refuses an over-long $name: $call', async ({ call, body }) => {
    for (const length of [900, 5000, 12_000]) {
      const answer = await scene.call(call.replace('<id>', 'a'.repeat(length)), body);
      if (answer.status === 404) expectProblem(answer, 404, 'route_not_found');
      else expectProblem(answer, 400, 'invalid_request');
    }
  });

  it.each(BROKEN_ESCAPES)('refuses the broken escape %s', async (escape) => {
    for (const call of [
      `GET /service_agents/talk_chats/${escape}`,
      `GET /v1.0/service_agents/talk_messages/${escape}`,
      `DELETE /service_agents/talk_messages/{message}/reactions/${escape}`,
    ]) {
      expectProblem(await scene.call(call), 400, 'invalid_request');
    }
  });

  it.each(NO_ROUTES)('knows no %s', async (call) => {
    expectProblem(await scene.call(call), 404, 'route_not_found');
  });

  it.each(STRANGE_TARGETS)('answers the target %s with a problem', async (target) => {
    const { status, head, body } = await exchange(world.replica(0).url, request(`GET ${target} HTTP/1.1`));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expectRawProblem(head, body, status);
  });

  it.each(Object.entries(MALFORMED))('answers %s with a problem', async (_, bytes) => {
    const { status, head, body } = await exchange(world.replica(0).url, bytes);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expectRawProblem(head, body, status);
  });

  it('survives a client that leaves amid its request', async () => {
    const { url } = world.replica(0);
    const { token } = scene.agent.api();
    const headers = [
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      'Content-Length: 100',
    ];
    const beginning = request('POST /service_agents/talk_messages HTTP/1.1', ...headers);
    await Promise.all(
      [
        'GET',
        'GET / HTTP/1.1\r\nHost:',
        beginning,
        `${beginning}{"chat_id":`,
        request('GET /nope HTTP/1.1'),
      ].map((bytes) => abandon(url, bytes)),
    );
    await expectUnharmed(world);
  });

  it('takes over a sound X-Request-Id', async () => {
    const answer = await scene.callWith('GET /nope', undefined, { 'X-Request-Id': 'client-1.a_B' });
    expectProblem(answer, 404, 'route_not_found');
    expect(requestIdOf(answer)).toBe('client-1.a_B');
  });

  it.each(UNSOUND_IDS)('replaces the unsound X-Request-Id %j', async (id) => {
    const answer = await scene.callWith('GET /nope', undefined, { 'X-Request-Id': id });
    expectProblem(answer, 404, 'route_not_found');
    expect(requestIdOf(answer)).toMatch(/^[\w.-]{1,128}$/);
  });

  it('names a request id also where it succeeds', async () => {
    const answer = await scene.call(
      'POST /service_agents/talk_messages',
      bodyOf('POST /service_agents/talk_messages'),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w.-]{1,128}$/);
  });

  it('stays unharmed', () => expectUnharmed(world));
});

const requestIdOf = ({ body }: Answer): string => (body as { request_id: string }).request_id;

function expectRawProblem(head: string, body: string, status: number): void {
  expect(head).toMatch(/^content-type: application\/problem\+json\b/im);
  const id = /^x-request-id: (\S+)$/im.exec(head)?.[1];
  expect(id).toBeDefined();
  expect(JSON.parse(body)).toMatchObject({ status, request_id: id });
}
