import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { RateLimited } from '../errors/rate-limited.js';
import { setAllowance } from './allowance.js';
import { RETRY_AFTER, toDomainError, toProblem } from './problem.js';

/** Turns whatever was thrown into problem details: the only place that answers a request with a refusal. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('ProblemFilter');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = toDomainError(fromFramework(error));
    if (refusal.code === 'internal_error')
      this.logger.error({ requestId: request.id, err: error }, 'request failed');
    // Past the limit of the whole request there is an answer already.
    if (reply.sent) return;
    const problem = toProblem(refusal, request.id);
    if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    if (refusal instanceof RateLimited) {
      setAllowance(reply, refusal.allowance);
      void reply.header('Retry-After', refusal.allowance.resetSeconds);
    } else if (RETRY_AFTER[problem.status]) {
      void reply.header('Retry-After', RETRY_AFTER[problem.status]);
    }
    void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}

/** What Nest and Fastify throw before a controller is reached: of all they tell, only the status survives. */
function fromFramework(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status !== 'number' || status < 400 || status >= 500) return error;
  switch (status) {
    case 404:
      return new DomainError('route_not_found', 'There is no such path for this method.');
    case 413:
      return new DomainError('payload_too_large', 'A body may have 256 KiB.');
    case 415:
      return new DomainError('unsupported_media_type', 'Send JSON, with Content-Type: application/json.');
    default:
      return new DomainError(
        'invalid_request',
        'The request could not be read: its JSON or its length is broken.',
      );
  }
}
