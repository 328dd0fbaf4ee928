import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/auth.guard.js';
import { Answers, AnswersToo } from '../http/answers.decorator.js';
import { Liveness, NOT_READY, Readiness } from './health.presenter.js';
import { HealthService } from './health.service.js';

/** Seconds. */
const RETRY_AFTER = 1;

/** For whoever runs the replica: should it be restarted, should it be sent calls. */
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Public()
  @Get('livez')
  @Answers('Whether the process answers at all, also while it stops', Liveness)
  livez(): Liveness {
    return { status: 'ok' };
  }

  @Public()
  @Get('readyz')
  @Answers('Whether this replica should be sent calls', Readiness)
  @AnswersToo(503, 'Not now, or not any more.', Readiness, NOT_READY)
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    if (readiness.status === 'not_ready') void reply.status(503).header('Retry-After', RETRY_AFTER);
    return readiness;
  }
}
