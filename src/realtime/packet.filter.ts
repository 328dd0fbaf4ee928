import { randomUUID } from 'node:crypto';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { toDomainError, toProblem, type Problem } from '../http/problem.js';
import type { PacketArguments } from './packet.js';

const logger = new Logger('Packets');

/** What a client is told of an error. The log has the cause of one that is a bug. */
export function problemOf(error: unknown, requestId: string = randomUUID()): Problem {
  const refusal = toDomainError(error);
  if (refusal.code === 'internal_error') logger.error({ requestId, err: error }, 'packet failed');
  return toProblem(refusal, requestId);
}

/** Acks a packet with why it was refused. */
@Catch()
export class PacketFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const [, , answer, { requestId }] = host.getArgs<PacketArguments>();
    answer({ ok: false, error: problemOf(error, requestId) });
  }
}
