import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { Public } from './auth.guard.js';
import { LoginDto } from './login.dto.js';
import { LoginService, type LoginResult } from './login.service.js';

@Public()
@Controller('auth')
export class AuthController {
  constructor(private readonly logins: LoginService) {}

  @Post('login')
  @HttpCode(200)
  login(@Body() dto: LoginDto, @Ip() address: string): Promise<LoginResult> {
    return this.logins.login(dto, address);
  }
}
