import type { FastifyReply } from 'fastify';
import type { Allowance } from '../errors/rate-limited.js';

/** Tells a caller how much of its allowance is left. */
export function setAllowance(reply: FastifyReply, { limit, remaining, resetSeconds }: Allowance): void {
  void reply.headers({
    'RateLimit-Limit': limit,
    'RateLimit-Remaining': remaining,
    'RateLimit-Reset': resetSeconds,
  });
}
