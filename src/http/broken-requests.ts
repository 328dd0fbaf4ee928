import type { Socket } from 'node:net';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { toProblem } from './problem.js';
import { refuseRaw } from './raw-answer.js';

/** Answers what Node could not read as HTTP, and ends the connection. */
export function answerBrokenHttp(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET') return void socket.destroy();
  refuseRaw(socket, refusalOf(error));
}

function refusalOf({ code }: ConnectionError): DomainError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new DomainError('headers_too_large', 'Path and headers may have 16 KiB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new DomainError('request_timeout', 'The whole request has to come in sooner.');
    default:
      return new DomainError('invalid_request', 'The request is not well-formed HTTP.');
  }
}

/** Answers a path that cannot be read, before any hook or route has seen it. */
export function answerBrokenPath(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(new DomainError('invalid_request', 'The path cannot be read.'), request.id);
  void reply
    .header('X-Request-Id', request.id)
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}
