import type { FastifyInstance } from 'fastify';
import { countRequest, NO_ROUTE } from './request-metrics.js';

/** Counts every answered call. */
export function watchRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? NO_ROUTE;
    countRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
}
