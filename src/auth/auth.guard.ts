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
import type { Principal } from './principal.js';

const PUBLIC = 'public';

declare module 'fastify' {
  interface FastifyRequest {
    /** From the query string, taken out of it so that neither logs nor DTOs see it. */
    queryToken?: string;
    principal?: Principal;
  }
}

/** Lets a route be called by anyone. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(PUBLIC_ROUTE, true));

/** Lets only agents through, on every route that is not public. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()]))
      return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    request.principal = await this.authenticator.authenticate(bearer ?? request.queryToken);
    return true;
  }
}
