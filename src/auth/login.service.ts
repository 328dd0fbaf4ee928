import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { TextField } from '../http/fields.js';
import { Limits } from '../limits/limits.js';
import { Directory, type Login } from './directory.js';
import { LoginDto } from './login.dto.js';
import { isPassword } from './password.js';
import { Passwords } from './passwords.js';
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
    private readonly passwords: Passwords,
  ) {}

  /**
   * @param address the key that the caller's address is counted by
   * @throws DomainError `invalid_credentials`, the same whatever was wrong; `rate_limited`, `unavailable`
   */
  async login(dto: LoginDto, address: string): Promise<LoginResult> {
    const { username } = dto;
    // Whoever is refused takes no place in the queue.
    await this.limits.requireLogin(username, address);
    const login = await this.passwords.run(address, async () => {
      // Those before it in the queue may have failed meanwhile.
      await this.limits.requireLogin(username, address);
      const found = await this.check(dto);
      if (!found) await this.limits.countFailedLogin(username, address);
      return found;
    });
    if (!login) throw new DomainError('invalid_credentials', 'Username or password is wrong.');
    return { username: login.username, token: await this.jwt.sign(login.agentId, login.customerId) };
  }

  private async check({ username, password }: LoginDto): Promise<Login | undefined> {
    const login = await this.directory.findLogin(username);
    const matches = await isPassword(password, login?.passwordHash);
    return matches && login?.enabled ? login : undefined;
  }
}
