import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Packets } from '../realtime/packets.js';
import { AsyncApi } from './asyncapi.js';
import { buildOpenApi } from './openapi.js';

interface Documents {
  openapi: OpenAPIObject;
  asyncapi: object;
}

/** Where the page that `/docs` shows has the whole document, as Swagger UI names it. */
const PAGE_SCRIPT = /^\/docs\/(docs\/)?swagger-ui-init\.js$/;

/**
 * Serves what the code says of itself at `/openapi.json` and `/asyncapi.json`, and a page to read it at
 * `/docs`, to anyone. Built when first asked for, since packets are known only once Talk has started.
 */
export function serveDocuments(app: NestFastifyApplication): void {
  let built: Documents | undefined;
  const documents = (): Documents => (built ??= build(app));
  const adapter = app.getHttpAdapter();
  encodeOnce(adapter.getInstance());
  SwaggerModule.setup('docs', app, () => documents().openapi, { customSiteTitle: 'Talk', raw: false });
  for (const name of ['openapi', 'asyncapi'] as const) {
    let bytes: Buffer | undefined;
    adapter.get(`/${name}.json`, (_request: unknown, reply: FastifyReply) => {
      bytes ??= Buffer.from(JSON.stringify(documents()[name]));
      void reply.type('application/json').send(bytes);
    });
  }
}

/**
 * Has the page's script sent as the same bytes to everybody: encoded anew for each answer, hundreds of
 * kilobytes would cost milliseconds and, where nobody reads them, memory.
 */
function encodeOnce(fastify: FastifyInstance): void {
  let bytes: Buffer | undefined;
  fastify.addHook('onRoute', (route) => {
    if (!PAGE_SCRIPT.test(route.url)) return;
    route.onSend = (_request, _reply, payload, done) =>
      done(null, (bytes ??= Buffer.from(payload as string)));
  });
}

function build(app: NestFastifyApplication): Documents {
  const asyncapi = new AsyncApi(app.get(Packets).all);
  const { openapi, schemas } = buildOpenApi(app, asyncapi.models);
  return { openapi, asyncapi: asyncapi.build(schemas) };
}
