import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { Json } from './support/api.js';
import { CHATS, createTalk } from './support/builders.js';
import { conformance } from './support/conformance.js';
import { World } from './support/world.js';

const ROUTES = fileURLToPath(new URL('support/mounted-routes.js', import.meta.url));
/** What serves the documents themselves, what answers where nothing else does, and Nest's own twins. */
const NOT_OF_THE_API = /^(HEAD|OPTIONS) |\/(docs|console|openapi\.json|asyncapi\.json)\b|\*/;

let world: World;
let openapi: Json;
let asyncapi: Json;

const read = (path: string): Promise<Response> => fetch(world.replica(0).url + path);

beforeAll(async () => {
  world = await World.create();
  openapi = await (await read('/openapi.json')).json();
  asyncapi = await (await read('/asyncapi.json')).json();
});

afterAll(() => world.close());

test('/openapi.json is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(openapi));
  expect(result).toMatchObject({ valid: true });
  expect(openapi.openapi).toMatch(/^3\.1\./);
});

test('/asyncapi.json is valid AsyncAPI 3', () => {
  const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
  const validate = new Ajv({ strict: false, logger: false, formats: fullFormats }).compile(schema);
  validate(asyncapi);
  expect(validate.errors).toBeNull();
  expect(asyncapi.asyncapi).toMatch(/^3\./);
});

test('the routes of the document are those that Talk mounts', async () => {
  const env = { PATH: process.env.PATH, ...world.env, LOG_LEVEL: 'silent' };
  const { stdout } = await promisify(execFile)(process.execPath, [ROUTES], { env });
  const mounted = stdout
    .trim()
    .split('\n')
    .filter((route) => !NOT_OF_THE_API.test(route));
  const documented = Object.entries<object>(openapi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(documented.toSorted()).toEqual(mounted.toSorted());
});

test('every operation has a summary, and examples of its answer and of its refusals that obey their schemas', async () => {
  const documents = await conformance(world.replica(0).url);
  for (const [template, methods] of Object.entries<object>(openapi.paths)) {
    const path = template.replace(/\{\w+\}/g, '1');
    for (const [method, operation] of Object.entries<Json>(methods)) {
      expect(operation.summary).toMatch(/\S/);
      for (const [status, { content }] of Object.entries<Json>(operation.responses)) {
        const [[contentType, media]] = Object.entries<Json>(content) as [[string, Json]];
        const examples = media.examples ? Object.values<Json>(media.examples) : [{ value: media.example }];
        expect(examples).not.toHaveLength(0);
        for (const { value: body } of examples)
          documents.checkAnswer({ method, path, status: Number(status), contentType, body });
      }
    }
  }
});

test('every event, packet and ack has an example that obeys its schema', async () => {
  const documents = await conformance(world.replica(0).url);
  const { messages } = asyncapi.components;
  for (const [name, { action }] of Object.entries<Json>(asyncapi.operations)) {
    const exampleOf = (message: string): unknown => messages[message].examples[0].payload;
    if (action === 'send') documents.checkEvent(name, exampleOf(name));
    else documents.checkAck(name, exampleOf(`${name}_ack`));
    expect(exampleOf(name)).toBeDefined();
  }
});

test('anyone may call by a header or by either parameter, and log in without', () => {
  expect(openapi.security).toEqual([{ bearer: [] }, { token: [] }, { accesskey: [] }]);
  expect(openapi.paths['/auth/login'].post.security).toEqual([]);
});

test.each(['/docs', '/v1.0/docs'])('%s is a page that needs nothing from elsewhere', async (path) => {
  const answer = await read(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  const page = await answer.text();
  const linked = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
  expect(linked).not.toHaveLength(0);
  for (const link of linked) {
    const url = new URL(link, world.replica(0).url + path);
    expect(url.origin).toBe(world.replica(0).url);
    const asset = await fetch(url);
    expect(asset.status).toBe(200);
    // A replica that stops waits for whoever still reads.
    expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(0);
  }
});

describe('every answer and event that a test sees is held against the documents, so that it fails with', () => {
  const answer = { method: 'GET', path: CHATS, status: 200, contentType: 'application/json' };
  const problem = {
    type: 'urn:talk:problem:talk_full',
    title: 'The talk is full',
    status: 409,
    detail: 'Full.',
    code: 'talk_full',
    request_id: 'one',
  };

  test.each<[string, object, RegExp]>([
    ['a field too many', { body: { result: [], next_page_token: '', total: 0 } }, /additional properties/],
    ['a field too few', { body: { result: [] } }, /next_page_token/],
    ['a refusal that the route does not tell of', { status: 409, body: problem }, /no such answer/],
    [
      'a code that the route does not tell of',
      {
        method: 'POST',
        path: `/v1.0${CHATS}/1/participants?x=1`,
        status: 409,
        contentType: 'application/problem+json; charset=utf-8',
        body: { ...problem, code: 'username_taken' },
      },
      /code must be equal to one of/,
    ],
    ['a route that is not told of', { path: '/secrets', body: {} }, /no such route/],
  ])('%s', async (_, given, complaint) => {
    const documents = await conformance(world.replica(0).url);
    expect(() => documents.checkAnswer({ ...answer, body: undefined, ...given })).toThrow(complaint);
  });

  test('an event or an ack of another form', async () => {
    const documents = await conformance(world.replica(0).url);
    const agent = await world.agent();
    const data = await createTalk(agent);
    const event = { type: 'chat_closed', chat_id: data.id, seq: 1, tm_create: data.tm_create, data };
    expect(() => documents.checkEvent('chat_closed', event)).not.toThrow();
    expect(() => documents.checkEvent('chat_closed', { ...event, seq: 0 })).toThrow(/seq/);
    expect(() => documents.checkEvent('chat_updated', event)).toThrow(/type/);
    expect(() => documents.checkEvent('chat_opened', event)).toThrow(/no such event/);
    expect(() => documents.checkAck('unsubscribe', { ok: true, data })).toThrow(/additional properties/);
  });
});
