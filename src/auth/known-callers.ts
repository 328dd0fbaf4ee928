import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify';

import { DomainError } from '../errors/domain-error.js';
import type { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

/** Bytes of one body that anyone may send at any time: a name and a password fit, however they are escaped. */
const SMALL_BODY = 8 * 1024;
/** Bytes of larger ones that strangers may send at once. */
const LARGE_BODIES = 8 * 1024 * 1024;

type Headers = FastifyRequest['headers'];

declare module 'fastify' {
  interface FastifyRequest {
    /** From the query string, taken out of it so that neither logs nor DTOs see it. */
    queryToken?: string;
    principal?: Principal;
  }

  interface FastifyContextConfig {
    isPublic?: boolean;
  }
}

/** Lets a route be found public before its guards are asked. */
export const PublicRoute = (): MethodDecorator => RouteConfig({ isPublic: true });

/** Who presents the token of a request. @throws DomainError `unauthenticated` */
export function callerOf(request: FastifyRequest, authenticator: Authenticator): Promise<Principal> {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return authenticator.authenticate(bearer ?? request.queryToken);
}

/**
 * Has a body read only once its caller is known; of the calls that anyone may make, only so many large ones
 * at once. So strangers cannot have this process hold what they send. Has to come before the routes.
 */
export function readBodiesOfKnownCallers(fastify: FastifyInstance, authenticator: Authenticator): void {
  const takeLarge = largeBodies();
  const ofAnyone: preParsingHookHandler = (request, reply, payload, done) => {
    const bytes = bodyBytes(request.headers, request.routeOptions.bodyLimit);
    const isTaken = bytes <= SMALL_BODY || takeLarge(bytes, reply);
    return isTaken ? done(null, payload) : done(crowded());
  };
  const ofKnownCallers: preParsingHookHandler = (request, _reply, payload, done) => {
    if (!hasBody(request.headers)) return done(null, payload);
    callerOf(request, authenticator).then(
      (principal) => {
        request.principal = principal;
        done(null, payload);
      },
      (error: Error) => done(error),
    );
  };
  fastify.addHook('onRoute', (route) => {
    if (!WITHOUT_BODY.includes(String(route.method)))
      route.preParsing = route.config?.isPublic ? ofAnyone : ofKnownCallers;
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) =>
    request.is404 && hasBody(request.headers) ? done(notFound()) : done(null, payload),
  );
}

/** Methods of whose calls no body is read. */
const WITHOUT_BODY = ['GET', 'HEAD'];

const hasBody = (headers: Headers): boolean => bodyBytes(headers, 1) > 0;

/** What a body has; `most` where it does not say. */
function bodyBytes(headers: Headers, most: number): number {
  if (headers['transfer-encoding'] !== undefined) return most;
  return Math.min(Number(headers['content-length'] ?? 0), most);
}

/** Takes the bytes of a large body until its call is answered; false where there are too many. */
function largeBodies(): (bytes: number, reply: FastifyReply) => boolean {
  let held = 0;
  return (bytes, reply) => {
    if (held + bytes > LARGE_BODIES) return false;
    held += bytes;
    reply.raw.once('close', () => (held -= bytes));
    return true;
  };
}

const notFound = (): DomainError =>
  new DomainError('route_not_found', 'There is no such path for this method.');

const crowded = (): DomainError =>
  new DomainError('unavailable', 'Too many large bodies are coming in. Try again in a moment.');
