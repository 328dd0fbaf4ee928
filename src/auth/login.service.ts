import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { TextField } from '../http/fields.js';
import { Limits } from '../limits/limits.js';
import { Directory } from './directory.js';
import { LoginDto } from './login.dto.js';
import { isPassword } from './password.js';
import { Jwt } from './jwt.js';

export class LoginResult {
  @TextField({ example: 'ann' })
  username: string;

  @TextField({ description: 'A JWT.', example: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl' })
  token: string;
}

/** Gives a token for a username and a password. */
@Injectable()
export class LoginService {
  constructor(
    private readonly directory: Directory,
    private readonly jwt: Jwt,
    private readonly limits: Limits,
  ) {}

  /** @throws DomainError `invalid_credentials`, the same whatever was wrong; `rate_limited` */
  async login({ username, password }: LoginDto, address: string): Promise<LoginResult> {
    await this.limits.takeLogin(address, username);
    const login = await this.directory.findLogin(username);
    const matches = await isPassword(password, login?.passwordHash);
    if (!login?.enabled || !matches)
      throw new DomainError('invalid_credentials', 'Username or password is wrong.');
    return { username: login.username, token: await this.jwt.sign(login.agentId, login.customerId) };
  }
}
