import { SignJWT } from 'jose';
import { conformance } from './conformance.js';
import { rememberSecrets, rememberToken } from './secrets.js';

/** What the replicas under test verify tokens with. */
export const JWT_SECRET = 'a secret of the tests, of over 32 bytes';

export interface TokenClaims {
  agentId: string;
  customerId: string;
  role?: string;
  name?: string;
  /** Seconds from now; negative for one that has ended. */
  expiresIn?: number;
}

export function signToken({
  agentId,
  customerId,
  role,
  name,
  expiresIn = 3600,
}: TokenClaims): Promise<string> {
  return new SignJWT({ customer_id: customerId, ...(role && { role }), ...(name && { name }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(agentId)
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(new TextEncoder().encode(JWT_SECRET));
}

/** Tests look at answers field by field. */
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

/** A REST caller with one token; every answer has to be one that the documents tell of. */
export class Api {
  constructor(
    readonly baseUrl: string,
    readonly token?: string,
  ) {}

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.call('POST', path, JSON.stringify(body));
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.call('PUT', path, JSON.stringify(body));
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  /** Sends the body as it is. */
  async call(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    rememberToken(this.token);
    rememberSecrets(body);
    // As it is sent: a path with dots in it is shortened.
    const url = new URL(this.baseUrl + path);
    const response = await fetch(url, {
      method,
      body,
      headers: {
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
    });
    const text = await response.text();
    rememberSecrets(text);
    const { status } = response;
    const contentType = response.headers.get('content-type') ?? '';
    const answer: Json = contentType.includes('json') ? JSON.parse(text) : text;
    (await conformance(this.baseUrl)).checkAnswer({
      method,
      path: url.pathname,
      status,
      contentType,
      body: answer,
    });
    return { status, headers: response.headers, body: answer };
  }
}
