import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Allowance } from '../errors/rate-limited.js';
import { setAllowance } from '../http/allowance.js';
import { Limits } from '../limits/limits.js';
import { principalOf } from './caller.decorator.js';

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

  /** Without a promise where nothing has to be waited for. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const caller = principalOf(context);
    if (!caller || this.isReading(context)) return true;
    const counted = this.limits.takeWrite(caller.agentId);
    return counted === undefined || this.count(context, counted);
  }

  private isReading(context: ExecutionContext): boolean {
    if (context.getType() === 'ws')
      return this.reflector.get<boolean | undefined>(UNCOUNTED, context.getHandler()) ?? false;
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    return method === 'GET' || method === 'HEAD';
  }

  private async count(context: ExecutionContext, counted: Promise<Allowance>): Promise<boolean> {
    const allowance = await counted;
    if (context.getType() === 'http')
      setAllowance(context.switchToHttp().getResponse<FastifyReply>(), allowance);
    return true;
  }
}
