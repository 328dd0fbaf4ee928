import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import type { Lifecycle } from './lifecycle.js';

/** What needs no database: how the replica is, what it says of itself, and a page that waits. */
const ANSWERED_ALWAYS = /^\/(livez|readyz|docs|console|openapi\.json|asyncapi\.json)(?=[/?]|$)/;

export const notServingYet = (): DomainError =>
  new DomainError('unavailable', 'This replica waits for its database or its schema. Try again.');

/** A replica that was started before its database, or before the migration, has no answer to anything else. */
export function refuseUntilServing(fastify: FastifyInstance, lifecycle: Lifecycle): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (lifecycle.isServing || ANSWERED_ALWAYS.test(request.url)) return done();
    done(notServingYet());
  });
}
