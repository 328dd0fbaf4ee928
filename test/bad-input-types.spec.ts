import { expectProblem, expectUnharmed } from './support/problems.js';
import { BODY_CALLS, bodyOf, Scene } from './support/scene.js';
import { World } from './support/world.js';

const KINDS = { text: 'x', number: 1, boolean: true, null: null, array: [], object: {} };
type Kind = keyof typeof KINDS;

interface Field {
  call: string;
  path: string;
  /** The kind it wants; a UUID or an enum wants none of these. */
  kind?: Kind;
  /** The call's body with this value in the field. */
  body: (value: unknown) => object;
}

const LOGIN = 'POST /auth/login';
const CREATE_TALK = 'POST /service_agents/talk_chats';
const UPDATE_TALK = 'PUT /service_agents/talk_chats/{chat}';
const ADD = 'POST /service_agents/talk_chats/{chat}/participants';
const SEND = 'POST /service_agents/talk_messages';
const EDIT = 'PUT /service_agents/talk_messages/{message}';
const REACT = 'POST /service_agents/talk_messages/{message}/reactions';

/** A field of the body itself. */
const field = (call: string, path: string, kind?: Kind): Field => ({
  call,
  path,
  kind,
  body: (value) => bodyOf(call, { [path]: value }),
});

const media = (value: object): object => ({ type: 'image/png', url: 'https://example.org/a.png', ...value });

const mediasOf = (call: string): Field[] => [
  field(call, 'medias', 'array'),
  { call, path: 'medias.0', kind: 'object', body: (value) => bodyOf(call, { medias: [value] }) },
  { call, path: 'medias.0.type', body: (value) => bodyOf(call, { medias: [media({ type: value })] }) },
  { call, path: 'medias.0.url', body: (value) => bodyOf(call, { medias: [media({ url: value })] }) },
  {
    call,
    path: 'medias.1.name',
    kind: 'text',
    body: (value) => bodyOf(call, { medias: [media({}), media({ name: value })] }),
  },
];

const FIELDS: Field[] = [
  field(LOGIN, 'username', 'text'),
  field(LOGIN, 'password', 'text'),
  field(CREATE_TALK, 'type'),
  field(CREATE_TALK, 'name', 'text'),
  field(CREATE_TALK, 'detail', 'text'),
  field(CREATE_TALK, 'participants', 'array'),
  field(CREATE_TALK, 'participant_ids', 'array'),
  { call: CREATE_TALK, path: 'participants.0', kind: 'object', body: (value) => ({ participants: [value] }) },
  {
    call: CREATE_TALK,
    path: 'participants.0.owner_type',
    body: (value) => ({ participants: [{ owner_type: value, owner_id: '{other}' }] }),
  },
  {
    call: CREATE_TALK,
    path: 'participants.1.owner_id',
    body: (value) => ({ participants: [{ owner_id: '{other}' }, { owner_id: value }] }),
  },
  field(UPDATE_TALK, 'name', 'text'),
  field(UPDATE_TALK, 'detail', 'text'),
  field(ADD, 'owner_type'),
  field(ADD, 'owner_id'),
  { call: ADD, path: 'agent_id', body: (value) => ({ agent_id: value }) },
  field(SEND, 'chat_id'),
  field(SEND, 'type'),
  field(SEND, 'text', 'text'),
  field(SEND, 'parent_id'),
  ...mediasOf(SEND),
  field(EDIT, 'text', 'text'),
  ...mediasOf(EDIT),
  field(REACT, 'emoji', 'text'),
];

/** Each field with each kind of value that does not fit it. */
const UNFITTING = FIELDS.flatMap(({ call, path, kind, body }) =>
  Object.entries(KINDS)
    .filter(([unfitting]) => unfitting !== kind)
    .map(([unfitting, value]) => ({ call, path, unfitting, body: body(value) })),
);

const REQUIRED = [
  [LOGIN, 'username'],
  [LOGIN, 'password'],
  [ADD, 'owner_id'],
  [SEND, 'chat_id'],
  [SEND, 'text'],
  [REACT, 'emoji'],
] as const;

const NESTED_UNKNOWN = [
  [CREATE_TALK, 'participants.0.surprise', { participants: [{ owner_id: '{other}', surprise: 1 }] }],
  [SEND, 'medias.0.surprise', bodyOf(SEND, { medias: [media({ surprise: 1 })] })],
  [EDIT, 'medias.1.surprise', { medias: [media({}), media({ surprise: {} })] }],
] as const;

/** Names that every object has without having been given them. */
const INHERITED = ['constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'length'];

describe('bodies of the wrong shape', () => {
  let world: World;
  let scene: Scene;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    scene = await Scene.create(world);
  });
  afterAll(() => world.close());

  it.each(UNFITTING)('$call refuses $path of the kind $unfitting', async ({ call, path, body }) => {
    expectProblem(await scene.call(call, body), 400, 'invalid_request', path);
  });

  it.each(['x', 1, true, null, {}, []])('refuses %j among participant_ids', async (value) => {
    const answer = await scene.call(CREATE_TALK, { participant_ids: ['{other}', value] });
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.body).toMatchObject({
      errors: [{ path: expect.stringMatching(/^participant_ids(\.1)?$/) as string }],
    });
  });

  it.each(REQUIRED)('%s asks for %s', async (call, path) => {
    expectProblem(await scene.call(call, bodyOf(call, { [path]: undefined })), 400, 'invalid_request', path);
  });

  it.each([UPDATE_TALK, EDIT])('%s asks for something to change', async (call) => {
    expectProblem(await scene.call(call, {}), 400, 'invalid_request');
  });

  it.each(Object.keys(BODY_CALLS))('%s refuses an unknown field', async (call) => {
    const answer = await scene.call(call, bodyOf(call, { surprise: 1 }));
    expectProblem(answer, 400, 'invalid_request', 'surprise');
  });

  it.each(NESTED_UNKNOWN)('%s refuses the unknown field %s', async (call, path, body) => {
    expectProblem(await scene.call(call, body), 400, 'invalid_request', path);
  });

  describe.each(Object.keys(BODY_CALLS))('%s', (call) => {
    it.each(INHERITED)('refuses %s, which every object has, as a field', async (name) => {
      for (const value of [1, null, {}, 'x']) {
        expectProblem(await scene.call(call, bodyOf(call, { [name]: value })), 400, 'invalid_request', name);
      }
    });
  });

  it.each(INHERITED)('refuses %s inside a participant', async (name) => {
    const participants = [{ owner_id: '{other}', [name]: 1 }];
    const answer = await scene.call(CREATE_TALK, { participants });
    expectProblem(answer, 400, 'invalid_request', `participants.0.${name}`);
  });

  it.each(INHERITED)('refuses %s inside a media', async (name) => {
    const answer = await scene.call(SEND, bodyOf(SEND, { medias: [media({ [name]: null })] }));
    expectProblem(answer, 400, 'invalid_request', `medias.0.${name}`);
  });

  it.each(Object.keys(BODY_CALLS))('%s refuses __proto__', async (call) => {
    const text = JSON.stringify(bodyOf(call, { PROTO: { type: 'normal' } })).replace('PROTO', '__proto__');
    expectProblem(await scene.callWith(call, text), 400, 'invalid_request');
  });

  it.each([
    [CREATE_TALK, '{"participants":[{"owner_id":"{other}","__proto__":{}}]}'],
    [SEND, '{"chat_id":"{chat}","text":"x","medias":[{"type":"image/png","__proto__":{"name":1}}]}'],
    [SEND, '{"chat_id":"{chat}","text":"x","constructor":{"prototype":{"polluted":true}}}'],
    [SEND, '{"chat_id":"{chat}","text":"x","\\u005f_proto__":{}}'],
  ])('%s refuses what would reach a prototype: %s', async (call, body) => {
    expectProblem(await scene.callWith(call, body), 400, 'invalid_request');
  });

  it('writes nothing of what it refuses', async () => {
    expect(await scene.seq()).toBe(1);
    expect(await scene.talkCount()).toBe(1);
  });

  it('stays unharmed', () => expectUnharmed(world));
});
