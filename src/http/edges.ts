import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import type { EdgeSettings } from '../config/edge-settings.js';

const BODY_BYTES = 256 * 1024;

/** A token may take a few KiB, in a header or in the path. */
const HEADER_BYTES = 16 * 1024;

/** Milliseconds between two looks for requests that take too long to come in. */
const LOOK_EVERY = 500;

/** Seconds for which a browser need not ask again whether it may call. */
const PREFLIGHT_KNOWN_FOR = 2 * 60 * 60;

/** What a page may read of an answer, beside its body. */
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
];

type HttpOptions = Pick<
  FastifyHttpOptions<Server>,
  'bodyLimit' | 'requestTimeout' | 'keepAliveTimeout' | 'http'
>;

/** How the server of this replica takes requests in, as Fastify is told. */
export const serverOptions = ({ receiveLimit, keepAliveLimit }: EdgeSettings): HttpOptions => ({
  bodyLimit: BODY_BYTES,
  requestTimeout: receiveLimit,
  keepAliveTimeout: keepAliveLimit,
  http: {
    requestTimeout: receiveLimit,
    headersTimeout: receiveLimit,
    connectionsCheckingInterval: LOOK_EVERY,
    maxHeaderSize: HEADER_BYTES,
  },
});

/** Who may call from a browser, and what every answer tells browsers. */
export function guardEdges(app: NestFastifyApplication, { corsOrigins }: EdgeSettings): void {
  if (corsOrigins) {
    app.enableCors({
      origin: corsOrigins,
      methods: ['GET', 'POST', 'PUT', 'DELETE'],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: PREFLIGHT_KNOWN_FOR,
    });
  }
  app.useSecurityHeaders(SECURITY_HEADERS);
}

/**
 * That a browser takes nothing for what it is not, tells nobody the address it came from, and shows none
 * of it in a frame. HTTPS only is for whoever speaks TLS to promise, and the rest is about pages.
 */
const SECURITY_HEADERS = {
  xContentTypeOptions: true,
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
  contentSecurityPolicy: false,
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
} as const;
