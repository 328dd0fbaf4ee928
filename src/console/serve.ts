import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { demoLogins } from './demo-logins.js';
import { pageHeaders } from './page-headers.js';

/** Where `npm run build` puts the page, beside `dist/`. */
const BUILT = fileURLToPath(new URL('../../console/dist/', import.meta.url));
const INDEX = 'index.html';
/** Files whose names change with what is in them. */
const HASHED = '/assets/';

/** Serves the console, a page to use Talk with, at `/console`, unless it is switched off. */
export function serveConsole(app: NestFastifyApplication, settings: Settings): void {
  if (!settings.console) return;
  if (!existsSync(BUILT + INDEX)) {
    return new Logger('Console').warn('The console is not built: npm run build:console builds it');
  }
  const fastify = app.getHttpAdapter().getInstance();
  void fastify.register(async (scope: FastifyInstance) => {
    scope.addHook('onRequest', async ({ host }, reply) => void reply.headers(pageHeaders(host)));
    scope.get('/console', sendPage);
    scope.get('/console/logins.json', async (_request, reply) =>
      reply.header('Cache-Control', 'no-store').send(demoLogins(settings)),
    );
    await scope.register(fastifyStatic, {
      root: BUILT,
      prefix: '/console/',
      index: false,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders: (reply, path) => void reply.header('Cache-Control', cachingOf(path)),
    });
  });
}

/** What the page names is beside it, wherever a proxy has put Talk, so its address ends with a slash. */
function sendPage({ originalUrl }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = originalUrl.split('?');
  return path.endsWith('/') ? reply.sendFile(INDEX) : reply.redirect('console/');
}

const cachingOf = (path: string): string =>
  path.includes(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache';
