import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DomainError } from '../errors/domain-error.js';
import { RETRY_AFTER, toProblem } from './problem.js';

// Refusals where neither Nest nor Fastify has come into it yet.

/**
 * Answers with a problem on a connection that no HTTP server minds, and ends it. A peer that goes on
 * sending or never closes its side holds nothing: the connection is gone once the answer has been written.
 */
export function refuseRaw(stream: Duplex, refusal: DomainError): void {
  if (!stream.writable) return void stream.destroy();
  stream.on('error', () => undefined);
  const { status, headers, body } = answerOf(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  stream.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
  (stream as Socket).destroySoon();
}

/** Answers a request with a problem; its connection ends with the answer. */
export function refuseRequest(response: ServerResponse, refusal: DomainError): void {
  const { status, headers, body } = answerOf(refusal);
  response.writeHead(status, headers).end(body);
}

function answerOf(refusal: DomainError): { status: number; headers: Record<string, string>; body: string } {
  const id = randomUUID();
  const problem = toProblem(refusal, id);
  const body = JSON.stringify(problem);
  const retryAfter = RETRY_AFTER[problem.status];
  const headers = {
    'X-Request-Id': id,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    Connection: 'close',
  };
  return { status: problem.status, headers, body };
}
