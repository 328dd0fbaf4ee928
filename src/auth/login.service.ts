import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { Directory } from './directory.js';
import { isPassword } from './password.js';
import { SigningKey } from './signing-key.js';

export interface LoginResult {
  username: string;
  token: string;
}

/** Gives a token for a username and a password. */
@Injectable()
export class LoginService {
  constructor(
    private readonly directory: Directory,
    private readonly signingKey: SigningKey,
  ) {}

  /** @throws DomainError `invalid_credentials`, the same whatever was wrong */
  async login(username: string, password: string): Promise<LoginResult> {
    const login = await this.directory.findLogin(username);
    const matches = await isPassword(password, login?.passwordHash);
    if (!login?.enabled || !matches)
      throw new DomainError('invalid_credentials', 'Username or password is wrong.');
    return { username: login.username, token: await this.signingKey.sign(login.agentId, login.customerId) };
  }
}
