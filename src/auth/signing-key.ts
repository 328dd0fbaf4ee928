import { Inject, Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Settings } from '../config/settings.js';

/** Seconds that a login lasts. */
const LOGIN_LASTS = 7 * 24 * 60 * 60;

/** Signs and verifies JWTs by the secret of the settings (HS256). */
@Injectable()
export class SigningKey {
  private readonly key: Uint8Array;

  constructor(@Inject(Settings) private readonly settings: Settings) {
    this.key = new TextEncoder().encode(settings.jwtSecret);
  }

  /** @throws a jose error for anything but a sound token in its time, from the issuer and for the audience set */
  async verify(token: string): Promise<JWTPayload> {
    const { jwtIssuer: issuer, jwtAudience: audience } = this.settings;
    const { payload } = await jwtVerify(token, this.key, {
      algorithms: ['HS256'],
      requiredClaims: ['exp'],
      ...(issuer && { issuer }),
      ...(audience && { audience }),
    });
    return payload;
  }

  sign(agentId: string, customerId: string): Promise<string> {
    const { jwtIssuer, jwtAudience } = this.settings;
    const token = new SignJWT({ customer_id: customerId })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(agentId)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + LOGIN_LASTS);
    if (jwtIssuer) token.setIssuer(jwtIssuer);
    if (jwtAudience) token.setAudience(jwtAudience);
    return token.sign(this.key);
  }
}
