import type { Answer } from './support/api.js';
import { range } from './support/builders.js';
import { expectProblem, expectUnharmed } from './support/problems.js';
import { BODY_CALLS, bodyOf, Scene } from './support/scene.js';
import { World } from './support/world.js';

const CREATE_TALK = 'POST /service_agents/talk_chats';
const SEND = 'POST /service_agents/talk_messages';
const CALLS = Object.keys(BODY_CALLS);
const BODY_BYTES = 256 * 1024;
const LEVELS = 10_000;

const BROKEN = [
  '{',
  '}',
  '{"text":}',
  "{'text':'x'}",
  '{text:"x"}',
  '{"text":"x",}',
  '{"text":"x"} trailing',
  '{"text":"a\nb"}',
  '{"text":"\\x"}',
  '{"text":"\\ud8"}',
  '{"text":01}',
  'NaN',
  'undefined',
  'text=Hello',
  '<message/>',
  '\0',
];

const NO_OBJECTS = ['[]', '[{"text":"x"}]', '"x"', '""', '1', '0', 'true', 'false', 'null'];

const deepArray = '['.repeat(LEVELS) + ']'.repeat(LEVELS);
const deepObject = '{"a":'.repeat(LEVELS) + '1' + '}'.repeat(LEVELS);
/** A field's value may be nested where the field itself is. */
const deepIn = (field: string, inner: string): string => `{"${field}":[${inner}]}`;

const OTHER_TYPES = [
  ['text/plain', '{"chat_id":"{chat}","text":"x"}'],
  ['application/x-www-form-urlencoded', 'chat_id={chat}&text=x'],
  [
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--b--\r\n',
  ],
  ['application/xml', '<text>x</text>'],
  ['application/octet-stream', '{}'],
  ['application/jsonp', '{}'],
  ['garbage', '{}'],
  ['application/', '{}'],
] as const;

describe('bodies that cannot be read', () => {
  let world: World;
  let scene: Scene;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    scene = await Scene.create(world);
  });
  afterAll(() => world.close());

  /** Sends bytes, with no Content-Type but the one given. */
  const sendBytes = async (
    call: string,
    bytes: Uint8Array<ArrayBuffer>,
    contentType?: string,
  ): Promise<Answer> => {
    const [method = '', path = ''] = scene.fill(call).split(' ', 2);
    const { baseUrl, token } = scene.agent.api();
    const headers = { Authorization: `Bearer ${token}`, ...(contentType && { 'Content-Type': contentType }) };
    const response = await fetch(baseUrl + path, { method, body: bytes, headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  describe.each(CALLS)('%s', (call) => {
    it.each(BROKEN)('refuses broken JSON: %j', async (body) => {
      expectProblem(await scene.callWith(call, body), 400, 'invalid_request');
    });

    it.each(NO_OBJECTS)('refuses %s for an object', async (body) => {
      expectProblem(await scene.callWith(call, body), 400, 'invalid_request');
    });

    it('refuses a body that is nested 10,000 levels deep', async () => {
      expectProblem(await scene.callWith(call, deepArray), 400, 'invalid_request');
      expectProblem(await scene.callWith(call, deepObject), 400, 'invalid_request');
    });

    it.each(OTHER_TYPES)('refuses the content type %s', async (type, body) => {
      const answer = await scene.callWith(call, body, { 'Content-Type': type });
      expectProblem(answer, 415, 'unsupported_media_type');
    });

    it('refuses a body without a content type', async () => {
      const body = new TextEncoder().encode(scene.fill(JSON.stringify(bodyOf(call))));
      expectProblem(await sendBytes(call, body), 415, 'unsupported_media_type');
    });

    it('refuses a body over 256 KiB', async () => {
      const body = scene.fill(JSON.stringify(bodyOf(call))).padEnd(BODY_BYTES + 1);
      expectProblem(await scene.callWith(call, body), 413, 'payload_too_large');
    });
  });

  it.each(['participants', 'participant_ids', 'name', 'surprise'])(
    'refuses 10,000 levels in %s of a new talk',
    async (field) => {
      for (const inner of [deepArray, deepObject]) {
        expectProblem(await scene.callWith(CREATE_TALK, deepIn(field, inner)), 400, 'invalid_request');
      }
    },
  );

  it.each([
    ['participant_ids', { participant_ids: Array(131_000).fill(1) }],
    ['participants', { participants: Array(131_000).fill(1) }],
    ['unknown fields', Object.fromEntries(range(1, 20_000).map((index) => [`x${index}`, 1]))],
  ])('names 20 of many thousand wrong %s', async (_what, body) => {
    const answer = await scene.callWith(CREATE_TALK, JSON.stringify(body));
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.body.errors).toHaveLength(20);
  });

  it('refuses 10,000 levels in the medias of a message', async () => {
    for (const inner of [deepArray, deepObject, `{"type":${deepArray}}`]) {
      expectProblem(await scene.callWith(SEND, deepIn('medias', inner)), 400, 'invalid_request');
    }
  });

  it('takes a body of exactly 256 KiB, and refuses one more byte also where no length was announced', async () => {
    const body = scene.fill('{"chat_id":"{chat}","text":"x"}').padEnd(BODY_BYTES - 1);
    expect((await scene.callWith(SEND, body + ' ')).status).toBe(200);
    const { baseUrl, token } = scene.agent.api();
    const response = await fetch(`${baseUrl}/service_agents/talk_messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: new Blob([body, '  ']).stream(),
      duplex: 'half',
    });
    const { status, headers } = response;
    expectProblem({ status, headers, body: await response.json() }, 413, 'payload_too_large');
  });

  it('refuses text that is not UTF-8', async () => {
    const [before, after] = scene.fill('{"chat_id":"{chat}","text":"x|"}').split('|');
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x91]]) {
      const body = Buffer.concat([Buffer.from(before ?? ''), Buffer.from(bytes), Buffer.from(after ?? '')]);
      expectProblem(await sendBytes(SEND, new Uint8Array(body), 'application/json'), 400, 'invalid_request');
    }
  });

  it.each(['close', 'reopen'])('refuses broken JSON also for %s, which needs none', async (action) => {
    const answer = await scene.callWith(`POST /service_agents/talk_chats/{chat}/${action}`, '{');
    expectProblem(answer, 400, 'invalid_request');
  });

  it('writes nothing of what it refuses', async () => {
    expect(await scene.seq()).toBe(2);
    expect(await scene.talkCount()).toBe(1);
  });

  it('stays unharmed', () => expectUnharmed(world));
});
