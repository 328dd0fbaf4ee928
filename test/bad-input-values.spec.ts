import { randomUUID } from 'node:crypto';
import { createTalk, send } from './support/builders.js';
import { expectProblem, expectUnharmed } from './support/problems.js';
import { bodyOf, Scene } from './support/scene.js';
import { World } from './support/world.js';

const LOGIN = 'POST /auth/login';
const CREATE_TALK = 'POST /service_agents/talk_chats';
const UPDATE_TALK = 'PUT /service_agents/talk_chats/{chat}';
const ADD = 'POST /service_agents/talk_chats/{chat}/participants';
const SEND = 'POST /service_agents/talk_messages';
const EDIT = 'PUT /service_agents/talk_messages/{message}';
const REACT = 'POST /service_agents/talk_messages/{message}/reactions';

const media = (fields: object): object => ({ medias: [{ type: 'image/png', ...fields }] });
const urlOf = (length: number): string => 'https://example.org/'.padEnd(length, 'a');

/** Calls with a text field; `fields` puts a text there. */
const TEXTS: { call: string; path: string; most?: number; fields: (text: string) => object }[] = [
  { call: LOGIN, path: 'username', fields: (username) => ({ username }) },
  { call: LOGIN, path: 'password', fields: (password) => ({ password }) },
  { call: CREATE_TALK, path: 'name', most: 255, fields: (name) => ({ name }) },
  { call: CREATE_TALK, path: 'detail', most: 4000, fields: (detail) => ({ detail }) },
  { call: UPDATE_TALK, path: 'name', most: 255, fields: (name) => ({ name }) },
  { call: UPDATE_TALK, path: 'detail', most: 4000, fields: (detail) => ({ detail }) },
  { call: SEND, path: 'text', most: 10_000, fields: (text) => ({ text }) },
  { call: SEND, path: 'medias.0.name', most: 255, fields: (name) => media({ name }) },
  { call: EDIT, path: 'text', most: 10_000, fields: (text) => ({ text }) },
  { call: EDIT, path: 'medias.0.name', most: 255, fields: (name) => media({ name }) },
];
const LIMITED = TEXTS.filter((text): text is Required<(typeof TEXTS)[number]> => text.most !== undefined);

const UNSTORABLE = {
  NUL: 'a\0b',
  'NUL alone': '\0',
  'the first half of a pair': 'a\ud800b',
  'the second half of a pair': '\udc00',
  'a pair the wrong way round': '\udc00\ud800',
};

const NO_MIME_TYPES = [
  '',
  'png',
  'image/',
  '/png',
  'image png',
  'image/png/x',
  'image/png\n',
  'image/p\0ng',
  '*/*',
];
const NO_URLS = [
  'ftp://example.org/a',
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  '/relative',
  '//example.org/a',
  'example.org/a',
  'http://',
  'https://exa mple.org/',
  'https://[::1/',
  'https://example.org/\0',
  'https://example.org/\ud800',
  'https://example.org/\n',
  ' https://example.org/',
  urlOf(2049),
];
const NO_EMOJI = [
  'not an emoji!',
  '',
  ' ',
  'é',
  'THUMBSUP',
  ':thumbsup',
  '👍 ',
  '👍👍',
  '<b>',
  '👍\0',
  '\0',
  '\ud83d',
];
const NO_UUIDS = [
  'x',
  '1',
  '{id}',
  randomUUID().slice(1),
  `${randomUUID()}0`,
  `{${randomUUID()}}`,
  '../x',
  "'--",
];

const WRONG_ENUMS = [
  [CREATE_TALK, 'type', { type: 'Normal' }],
  [CREATE_TALK, 'type', { type: 'broadcast' }],
  [CREATE_TALK, 'type', { type: 'constructor' }],
  [
    CREATE_TALK,
    'participants.0.owner_type',
    { participants: [{ owner_type: 'customer', owner_id: '{other}' }] },
  ],
  [ADD, 'owner_type', bodyOf(ADD, { owner_type: 'customer' })],
  [SEND, 'type', bodyOf(SEND, { type: 'system' })],
  [SEND, 'type', bodyOf(SEND, { type: 'toString' })],
] as const;

describe('values out of range', () => {
  let world: World;
  let scene: Scene;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    scene = await Scene.create(world);
  });
  afterAll(() => world.close());

  describe.each(TEXTS)('$call: $path', ({ call, path, fields }) => {
    it.each(Object.entries(UNSTORABLE))('refuses %s', async (_, text) => {
      expectProblem(await scene.call(call, bodyOf(call, fields(text))), 400, 'invalid_request', path);
    });
  });

  it.each(LIMITED)('$call: $path has at most $most characters', async ({ call, path, most, fields }) => {
    for (const text of ['a'.repeat(most + 1), '👍'.repeat(most + 1)]) {
      expectProblem(await scene.call(call, bodyOf(call, fields(text))), 400, 'invalid_request', path);
    }
  });

  it.each(LIMITED)('$call: $path may be $most emoji', async ({ call, most, fields }) => {
    const answer = await scene.call(call, bodyOf(call, fields('👍'.repeat(most))));
    expect(answer.status).toBe(200);
  });

  it.each([
    [SEND, { text: '' }],
    [SEND, { text: '', medias: [] }],
    [SEND, { text: undefined, medias: [] }],
    [EDIT, { text: '' }],
    [EDIT, { text: '', medias: [] }],
  ])('%s refuses to leave a message empty: %j', async (call, fields) => {
    await scene.call(EDIT, { text: 'Some text', medias: [] });
    expectProblem(await scene.call(call, bodyOf(call, fields)), 400, 'invalid_request', 'text');
  });

  describe.each([SEND, EDIT])('medias of %s', (call) => {
    it('are at most 20', async () => {
      const medias = Array.from({ length: 21 }, () => ({ type: 'image/png' }));
      expectProblem(await scene.call(call, bodyOf(call, { medias })), 400, 'invalid_request', 'medias');
      expect((await scene.call(call, bodyOf(call, { medias: medias.slice(1) }))).status).toBe(200);
    });

    it.each(NO_MIME_TYPES)('have no type %j', async (type) => {
      const answer = await scene.call(call, bodyOf(call, media({ type })));
      expectProblem(answer, 400, 'invalid_request', 'medias.0.type');
    });

    it.each(NO_URLS)('have no url %j', async (url) => {
      const answer = await scene.call(call, bodyOf(call, media({ url })));
      expectProblem(answer, 400, 'invalid_request', 'medias.0.url');
    });

    it('may have a url of 2,048 characters', async () => {
      expect((await scene.call(call, bodyOf(call, media({ url: urlOf(2048) })))).status).toBe(200);
    });
  });

  it.each(WRONG_ENUMS)('%s refuses %s in %j', async (call, path, body) => {
    expectProblem(await scene.call(call, body), 400, 'invalid_request', path);
  });

  it.each([
    [CREATE_TALK, 'participants.0.owner_id', (id: string) => ({ participants: [{ owner_id: id }] })],
    [ADD, 'owner_id', (id: string) => ({ owner_id: id })],
    [ADD, 'agent_id', (id: string) => ({ agent_id: id })],
    [SEND, 'chat_id', (id: string) => bodyOf(SEND, { chat_id: id })],
    [SEND, 'parent_id', (id: string) => bodyOf(SEND, { parent_id: id })],
  ])('%s refuses an %s that is no UUID', async (call, path, body) => {
    for (const id of [...NO_UUIDS, 'x'.repeat(100_000), '\0', '\ud800']) {
      expectProblem(await scene.call(call, body(id)), 400, 'invalid_request', path);
    }
  });

  it('refuses a parent in another talk, of mine or of others', async () => {
    const stranger = await world.agent('Eve', { customerId: randomUUID() });
    for (const author of [scene.agent, stranger]) {
      const { id } = await send(author, await createTalk(author), 'Elsewhere');
      const answer = await scene.call(SEND, bodyOf(SEND, { parent_id: id }));
      expectProblem(answer, 400, 'invalid_request', 'parent_id');
    }
  });

  it.each([...NO_EMOJI, 'a'.repeat(65), `:${'a'.repeat(63)}:`, '👍'.repeat(10_000)])(
    'refuses the emoji %j',
    async (emoji) => {
      expectProblem(await scene.call(REACT, { emoji }), 400, 'invalid_request', 'emoji');
    },
  );

  it.each(['not an emoji!', '', ' ', '\0', '👍👍', 'a'.repeat(65), 'toString'])(
    'refuses to take away the emoji %j',
    async (emoji) => {
      const call = 'DELETE /service_agents/talk_messages/{message}/reactions';
      const encoded = encodeURIComponent(emoji);
      expectProblem(await scene.call(`${call}?emoji=${encoded}`), 400, 'invalid_request', 'emoji');
      if (emoji !== '')
        expectProblem(await scene.call(`${call}/${encoded}`), 400, 'invalid_request', 'emoji');
    },
  );

  it.each(['constructor', '__proto__', '__proto', 'a'.repeat(64)])(
    'takes the shortcode %s',
    async (emoji) => {
      const { status, body } = await scene.call(REACT, { emoji });
      expect(status).toBe(200);
      expect(body.metadata.reactions).toContainEqual(expect.objectContaining({ emoji }));
    },
  );

  it('stays unharmed', () => expectUnharmed(world));
});
