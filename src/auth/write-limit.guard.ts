import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setAllowance } from '../http/allowance.js';
import { Limits } from '../limits/limits.js';

/** Counts every call that is not a mere reading; comes after the guard that knows who is calling. */
@Injectable()
export class WriteLimitGuard implements CanActivate {
  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.principal || request.method === 'GET' || request.method === 'HEAD') return true;
    const allowance = await this.limits.takeWrite(request.principal.agentId);
    if (allowance) setAllowance(context.switchToHttp().getResponse<FastifyReply>(), allowance);
    return true;
  }
}
