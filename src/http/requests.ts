import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, RawRequestDefaultExpression } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { jsonOf } from './json.js';

const VERSION_PREFIX = /^\/v1\.0(?=[/?]|$)/;
const SOUND_ID = /^[\w.-]{1,128}$/;

/** Every path works with and without `/v1.0`. */
export const withoutVersion = ({ url = '/' }: RawRequestDefaultExpression): string =>
  url.replace(VERSION_PREFIX, '') || '/';

/** The caller's `X-Request-Id` where it is a sound one, else a new one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SOUND_ID.test(given) ? given : randomUUID();
}

/** What holds for every request, before any route is reached. */
export function prepareRequests(fastify: FastifyInstance): void {
  fastify.decorateRequest('queryToken', undefined);
  fastify.decorateRequest('principal', undefined);
  takeOnlyJson(fastify);
  fastify.setReplySerializer(jsonOf);
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id);
    const query = request.query as Record<string, unknown>;
    const { token, accesskey } = query;
    request.queryToken = [token, accesskey].find((value): value is string => typeof value === 'string');
    delete query.token;
    delete query.accesskey;
  });
}

/** Anything but JSON is refused; a call that needs no body may come with an empty one. */
function takeOnlyJson(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    // Replacing broken bytes would store what nobody sent.
    if (!isUtf8(body as Buffer)) return done(new DomainError('invalid_request', 'The body is not UTF-8.'));
    void parseJson(request, body.toString(), done);
  });
}
