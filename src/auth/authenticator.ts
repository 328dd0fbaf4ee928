import { Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { DomainError } from '../errors/domain-error.js';
import { isStorableText } from '../http/text.js';
import { isUuid } from '../http/uuid.js';
import { isAccessKeyToken } from './access-keys/access-key.token.js';
import { AccessKeyBearers } from './access-keys/access-key-bearers.js';
import { Directory, type Claims } from './directory.js';
import { Jwt } from './jwt.js';
import { KnownBearers } from './known-bearers.js';
import type { Principal } from './principal.js';

/** Characters that a token may have; those of a sound one are one byte each. */
export const TOKEN_LENGTH = 8 * 1024;

/** Tells who presents a token, for REST and sockets alike. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly jwt: Jwt,
    private readonly accessKeys: AccessKeyBearers,
    private readonly directory: Directory,
    private readonly known: KnownBearers,
  ) {}

  /** @throws DomainError `unauthenticated` */
  async authenticate(token = ''): Promise<Principal> {
    return this.known.find(token, () => this.identify(token));
  }

  private async identify(token: string): Promise<Principal> {
    if (!token) throw new DomainError('unauthenticated', 'A token is required.');
    if (token.length > TOKEN_LENGTH) throw new DomainError('unauthenticated', 'A token may have 8 KiB.');
    return isAccessKeyToken(token) ? this.bearerOfKey(token) : this.bearerOfJwt(token);
  }

  private async bearerOfKey(token: string): Promise<Principal> {
    const bearer = await this.accessKeys.find(token);
    if (!bearer) throw new DomainError('unauthenticated', 'The access key is not valid, or no more.');
    return {
      agentId: bearer.agent_id,
      customerId: bearer.customer_id,
      role: bearer.role ?? 'agent',
      accessKeyId: bearer.id,
      expiresAt: bearer.expires_at ?? undefined,
    };
  }

  private async bearerOfJwt(token: string): Promise<Principal> {
    const payload = await this.jwt.verify(token);
    const claims = readClaims(payload);
    const entry = await this.directory.ensure(claims);
    if (!entry.enabled || entry.customerId !== claims.customerId) {
      throw new DomainError('unauthenticated', 'The agent of this token is not let in.');
    }
    return {
      agentId: entry.agentId,
      customerId: entry.customerId,
      role: entry.role ?? claims.role ?? 'agent',
      expiresAt: (payload.exp ?? 0) * 1000,
    };
  }
}

/** The claims of contract section 2. */
function readClaims({ sub, customer_id, role, name }: JWTPayload): Claims {
  if (!isUuid(sub)) throw refusedClaim('sub', 'a UUID');
  if (!isUuid(customer_id)) throw refusedClaim('customer_id', 'a UUID');
  if (role !== undefined && role !== 'agent' && role !== 'admin')
    throw refusedClaim('role', 'agent or admin');
  if (name !== undefined && !isStorableText(name, 255))
    throw refusedClaim('name', 'text of up to 255 characters');
  return { agentId: sub.toLowerCase(), customerId: customer_id.toLowerCase(), role, name };
}

const refusedClaim = (claim: string, expected: string): DomainError =>
  new DomainError('unauthenticated', `The token's claim ${claim} must be ${expected}.`);
