import {
  createParamDecorator,
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { jwtVerify } from 'jose';

/** Who calls. */
export interface Caller {
  id: string;
  customerId: string;
}

@Injectable()
export class Auth {
  private readonly secret = new TextEncoder().encode(process.env.JWT_SECRET);

  async callerOf(token: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, this.secret);
      return { id: String(payload.sub), customerId: String(payload.customer_id) };
    } catch {
      throw new UnauthorizedException();
    }
  }
}

interface Request {
  headers: { authorization?: string };
  caller: Caller;
}

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly auth: Auth) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    request.caller = await this.auth.callerOf(request.headers.authorization?.replace('Bearer ', '') ?? '');
    return true;
  }
}

export const CallerOf = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().caller,
);
