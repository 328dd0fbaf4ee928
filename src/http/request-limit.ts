import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors/domain-error.js';

/** What becomes of the work is open: it goes on, and ends by its own time limits. */
export const overdue = (): DomainError =>
  new DomainError('unavailable', 'The answer took too long. It may still take effect; try again.');

/**
 * Answers every request within so many milliseconds of its arrival, whatever hangs behind it: each
 * step has a limit of its own, but several may run into theirs. The time that a sender takes for its
 * body, or a reader for the answer, does not count.
 */
export function limitRequests(fastify: FastifyInstance, limit: number): void {
  fastify.addHook('preValidation', (_request, reply, done) => {
    const answer = (): void => {
      if (!reply.raw.headersSent) void reply.send(overdue());
    };
    const timer = setTimeout(answer, limit);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}
