import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Packets } from '../realtime/packets.js';
import { AsyncApi } from './asyncapi.js';
import { buildOpenApi } from './openapi.js';

interface Documents {
  openapi: OpenAPIObject;
  asyncapi: object;
}

/**
 * Serves what the code says of itself at `/openapi.json` and `/asyncapi.json`, and a page to read it at
 * `/docs`, to anyone. Built when first asked for, since packets are known only once Talk has started.
 */
export function serveDocuments(app: NestFastifyApplication): void {
  let built: Documents | undefined;
  const documents = (): Documents => (built ??= build(app));
  SwaggerModule.setup('docs', app, () => documents().openapi, {
    customSiteTitle: 'Talk',
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
  });
  app.getHttpAdapter().get('/asyncapi.json', (_request: unknown, reply: FastifyReply) => {
    void reply.type('application/json').send(JSON.stringify(documents().asyncapi));
  });
}

function build(app: NestFastifyApplication): Documents {
  const asyncapi = new AsyncApi(app.get(Packets).all);
  const { openapi, schemas } = buildOpenApi(app, asyncapi.models);
  return { openapi, asyncapi: asyncapi.build(schemas) };
}
