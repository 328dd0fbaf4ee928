import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logLine } from './logger.js';
import { originating } from './origin.js';
import { countRequest, NO_ROUTE } from './request-metrics.js';
import { activeTracer, type Span } from './tracer.js';

/** Asked again and again by whoever runs Talk, so they are told of only where somebody looks closely. */
const HEALTH_CHECKS = new Set(['/livez', '/readyz']);

/** The status, in metrics and log, of a call whose caller left before its answer; as nginx has it. */
const CALLER_LEFT = 499;

const spans = new WeakMap<FastifyRequest, Span>();

/** Counts, logs and traces every call, and has what comes of it know where it comes from. */
export function watchRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (activeTracer()) startSpan(request);
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) tellOf(request, CALLER_LEFT);
    });
    done();
  });
  // Later than the body, whose events would lose it.
  fastify.addHook('preHandler', (request, _reply, done) => {
    originating({ requestId: request.id, traceparent: spans.get(request)?.traceparent }, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    tellOf(request, reply.statusCode, reply);
    done();
  });
}

function startSpan(request: FastifyRequest): void {
  const { traceparent: parent } = request.headers;
  const route = request.routeOptions.url ?? NO_ROUTE;
  const span = activeTracer()?.start(`${request.method} ${route}`, {
    kind: 'server',
    parent: typeof parent === 'string' ? parent : undefined,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'talk.request_id': request.id,
    },
  });
  if (span) spans.set(request, span);
}

function tellOf(request: FastifyRequest, status: number, reply?: FastifyReply): void {
  const { method, id: requestId } = request;
  const route = request.routeOptions.url;
  const ms = reply?.elapsedTime;
  countRequest(method, route ?? NO_ROUTE, status, ms);
  logLine(
    route !== undefined && HEALTH_CHECKS.has(route) ? 'debug' : 'info',
    {
      requestId,
      method,
      // Of no route: whatever somebody has put there, by mistake perhaps.
      path: route === undefined ? undefined : pathOf(request.url),
      status,
      ms: ms && Math.round(ms * 10) / 10,
      bytes: Number(reply?.getHeader('content-length')) || 0,
      agentId: agentOf(request),
    },
    'request',
  );
  const span = spans.get(request);
  span?.set({ 'http.response.status_code': status });
  span?.end(status >= 500 ? new Error(`answered with ${status}`) : undefined);
}

/** Without the query string, which may hold a token. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

const agentOf = (request: FastifyRequest): string | undefined =>
  (request as { principal?: { agentId: string } }).principal?.agentId;
