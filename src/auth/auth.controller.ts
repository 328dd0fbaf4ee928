import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientAddresses } from '../gate/client-address.js';
import { Answers } from '../http/answers.decorator.js';
import { Public } from './auth.guard.js';
import { LoginDto } from './login.dto.js';
import { LoginService, LoginResult } from './login.service.js';

@Controller('auth')
export class AuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly clients: ClientAddresses,
  ) {}

  @Public()
  @Post('login')
  @HttpCode(200)
  @Answers('A token for a username and a password', LoginResult, 'invalid_credentials', 'route_not_found')
  login(@Body() dto: LoginDto, @Req() { raw }: FastifyRequest): Promise<LoginResult> {
    return this.logins.login(dto, this.clients.keyOf(raw));
  }
}
