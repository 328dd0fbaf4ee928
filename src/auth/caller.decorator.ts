import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/** Who a call or a packet comes from; `undefined` where anybody may call. */
export function principalOf(context: ExecutionContext): Principal | undefined {
  return context.getType() === 'ws'
    ? context.switchToWs().getClient<{ data: { principal: Principal } }>().data.principal
    : context.switchToHttp().getRequest<FastifyRequest>().principal;
}

/** The agent that the guard let through, a `Principal`. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context));
