import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { Answers } from '../http/answers.decorator.js';
import { Public } from './auth.guard.js';
import { LoginDto } from './login.dto.js';
import { LoginService, LoginResult } from './login.service.js';

@Public()
@Controller('auth')
export class AuthController {
  constructor(private readonly logins: LoginService) {}

  @Post('login')
  @HttpCode(200)
  @Answers('A token for a username and a password', LoginResult, 'invalid_credentials', 'route_not_found')
  login(@Body() dto: LoginDto, @Ip() address: string): Promise<LoginResult> {
    return this.logins.login(dto, address);
  }
}
