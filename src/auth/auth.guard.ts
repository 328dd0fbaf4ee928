import {
  applyDecorators,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { PUBLIC_ROUTE } from '../http/answers.decorator.js';
import { Authenticator } from './authenticator.js';
import { callerOf, PublicRoute } from './known-callers.js';

const PUBLIC = 'public';

/** Lets a route be called by anyone. */
export const Public = (): MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(PUBLIC_ROUTE, true), PublicRoute());

/** Lets only agents through, on every route that is not public. A socket has shown whose it is when it came. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
  ) {}

  /** Without a promise where nothing has to be waited for. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() === 'ws') return true;
    if (this.reflector.get<boolean>(PUBLIC, context.getHandler())) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return request.principal !== undefined || this.identify(request);
  }

  private async identify(request: FastifyRequest): Promise<boolean> {
    request.principal = await callerOf(request, this.authenticator);
    return true;
  }
}
