import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import type { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';

/** Bytes of one body that anyone may send at any time: a name and a password fit, however they are escaped. */
const SMALL_BODY = 8 * 1024;
/** Bytes of larger ones that strangers may send at once. */
const LARGE_BODIES = 8 * 1024 * 1024;

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
 * at once. So strangers cannot have this process hold what they send.
 */
export function readBodiesOfKnownCallers(fastify: FastifyInstance, authenticator: Authenticator): void {
  const takeLarge = largeBodies();
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const bytes = bodyBytes(request);
    if (bytes === 0) return done(null, payload);
    if (request.is404) return done(notFound());
    if (request.routeOptions.config.isPublic) {
      const isTaken = bytes <= SMALL_BODY || takeLarge(bytes, reply);
      return isTaken ? done(null, payload) : done(crowded());
    }
    callerOf(request, authenticator).then(
      (principal) => {
        request.principal = principal;
        done(null, payload);
      },
      (error: Error) => done(error),
    );
  });
}

/** What a body may have, where it does not say how much it has. */
function bodyBytes({ headers, routeOptions }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return routeOptions.bodyLimit;
  return Math.min(Number(headers['content-length'] ?? 0), routeOptions.bodyLimit);
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
