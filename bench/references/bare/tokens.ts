import { createHmac } from 'node:crypto';

/** Who calls. */
export interface Caller {
  id: string;
  customerId: string;
}

/** Callers by their tokens; each token's HS256 signature is checked once. */
export class Tokens {
  private readonly known = new Map<string, Caller>();

  constructor(private readonly secret: string) {}

  callerOf(token: string): Caller | undefined {
    return this.known.get(token) ?? this.verify(token);
  }

  private verify(token: string): Caller | undefined {
    const [head = '', claims = '', signature] = token.split('.');
    const expected = createHmac('sha256', this.secret).update(`${head}.${claims}`).digest('base64url');
    if (signature !== expected) return undefined;
    const { sub, customer_id, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      sub: string;
      customer_id: string;
      exp: number;
    };
    if (exp * 1000 < Date.now()) return undefined;
    const caller = { id: sub, customerId: customer_id };
    this.known.set(token, caller);
    return caller;
  }
}
