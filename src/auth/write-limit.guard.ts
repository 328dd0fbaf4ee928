import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setAllowance } from '../http/allowance.js';
import { Limits } from '../limits/limits.js';
import { principalOf } from './caller.decorator.js';
import type { Principal } from './principal.js';

const UNCOUNTED = 'uncounted';

/** Has a packet not count as a write. */
export const Uncounted = (): MethodDecorator => SetMetadata(UNCOUNTED, true);

/** Counts every call and packet that is not a mere reading; comes after the guard that knows who is calling. */
@Injectable()
export class WriteLimitGuard implements CanActivate {
  constructor(
    private readonly limits: Limits,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const caller = principalOf(context);
    if (!caller) return true;
    return context.getType() === 'ws' ? this.countPacket(context, caller) : this.countCall(context, caller);
  }

  private async countPacket(context: ExecutionContext, { agentId }: Principal): Promise<boolean> {
    if (!this.reflector.get<boolean>(UNCOUNTED, context.getHandler())) await this.limits.takeWrite(agentId);
    return true;
  }

  private async countCall(context: ExecutionContext, { agentId }: Principal): Promise<boolean> {
    const http = context.switchToHttp();
    const { method } = http.getRequest<FastifyRequest>();
    if (method === 'GET' || method === 'HEAD') return true;
    const allowance = await this.limits.takeWrite(agentId);
    if (allowance) setAllowance(http.getResponse<FastifyReply>(), allowance);
    return true;
  }
}
