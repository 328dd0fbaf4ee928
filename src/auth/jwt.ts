import { createSecretKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';

/** Seconds that a login lasts. */
const LOGIN_LASTS = 7 * 24 * 60 * 60;

/** Milliseconds. A key that is not known yet has the set read again, but not more often than this. */
const JWKS = { cooldownDuration: 1_000, cacheMaxAge: 10 * 60_000 };

/** Seconds by which an identity provider's clock may be ahead of ours. */
const CLOCK_AHEAD = 30;

/** Verifies JWTs by our secret (HS256) or the identity provider's published keys, and signs those of logins. */
@Injectable()
export class Jwt {
  private readonly secret: KeyObject | undefined;
  private readonly publishedKeys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(@Inject(Settings) private readonly settings: Settings) {
    const { jwtSecret, jwksUrl, jwksLimit: timeoutDuration } = settings;
    this.secret = jwtSecret ? createSecretKey(jwtSecret, 'utf8') : undefined;
    this.publishedKeys = jwksUrl
      ? createRemoteJWKSet(new URL(jwksUrl), { ...JWKS, timeoutDuration })
      : undefined;
  }

  /**
   * The claims of a sound token in its time, from the issuer and for the audience set.
   * @throws DomainError `unauthenticated`, or `unavailable` where the published keys cannot be read
   */
  async verify(token: string): Promise<JWTPayload> {
    if (!isSound(token)) throw invalidToken();
    const payload = await this.verifySignature(token);
    // The tolerance is for a start in the future alone.
    if ((payload.exp ?? 0) * 1000 <= Date.now()) throw invalidToken();
    return payload;
  }

  private async verifySignature(token: string): Promise<JWTPayload> {
    const { jwtIssuer: issuer, jwtAudience: audience } = this.settings;
    const options = {
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_AHEAD,
      ...(issuer && { issuer }),
      ...(audience && { audience }),
    };
    try {
      const isOurs = decodeProtectedHeader(token).alg === 'HS256';
      if (isOurs && this.secret) {
        return (await jwtVerify(token, this.secret, { ...options, algorithms: ['HS256'] })).payload;
      }
      if (!isOurs && this.publishedKeys) {
        const algorithms = ['RS256', 'ES256', 'EdDSA'];
        return (await jwtVerify(token, this.publishedKeys, { ...options, algorithms })).payload;
      }
    } catch (cause) {
      throw refusal(cause);
    }
    throw new DomainError('unauthenticated', 'The token is signed in a way that is not taken here.');
  }

  /** @throws DomainError `route_not_found` where tokens come from an identity provider alone */
  sign(agentId: string, customerId: string): Promise<string> {
    if (!this.secret)
      throw new DomainError('route_not_found', 'Tokens come from the identity provider here.');
    const { jwtIssuer, jwtAudience } = this.settings;
    const token = new SignJWT({ customer_id: customerId })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(agentId)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + LOGIN_LASTS);
    if (jwtIssuer) token.setIssuer(jwtIssuer);
    if (jwtAudience) token.setAudience(jwtAudience);
    return token.sign(this.secret);
  }
}

/**
 * Whether a token has three parts of strict base64url (RFC 4648, section 5): no space, no padding, no bits
 * over. Otherwise one signature could be written in many ways, each a token of its own to whoever keeps them.
 */
const isSound = (token: string): boolean => {
  const parts = token.split('.', 4);
  return (
    parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
  );
};

const invalidToken = (cause?: unknown): DomainError =>
  new DomainError('unauthenticated', 'The token is not valid, or no more.', [], { cause });

/** Where the keys could not be read, the token may be sound all the same. */
function refusal(cause: unknown): DomainError {
  const isAboutToken =
    (cause instanceof errors.JOSEError && !isAboutKeys(cause) && cause.code !== 'ERR_JOSE_GENERIC') ||
    (cause instanceof TypeError && cause.message.startsWith('Invalid Token'));
  return isAboutToken
    ? invalidToken(cause)
    : new DomainError('unavailable', 'The keys that tokens are signed with cannot be read now.', [], {
        cause,
      });
}

/** The set of published keys did not come, or is none. */
const isAboutKeys = (cause: errors.JOSEError): boolean =>
  cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid;
