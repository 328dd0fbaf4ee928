import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { Json } from './support/api.js';
import { World } from './support/world.js';

const ROUTES = fileURLToPath(new URL('support/mounted-routes.js', import.meta.url));
/** What serves the documents themselves, what answers where nothing else does, and Nest's own twins. */
const NOT_OF_THE_API = /^(HEAD|OPTIONS) |\/(docs|openapi\.json|asyncapi\.json)\b|\*/;

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

test('every operation has a summary, an example of its answer, and examples of its refusals', () => {
  for (const methods of Object.values<object>(openapi.paths)) {
    for (const operation of Object.values<Json>(methods)) {
      expect(operation.summary).toMatch(/\S/);
      const { 200: success, ...refusals } = operation.responses;
      expect(success.content['application/json'].example).toBeDefined();
      for (const refusal of Object.values<Json>(refusals)) {
        expect(Object.keys(refusal.content['application/problem+json'].examples)).not.toHaveLength(0);
      }
    }
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
