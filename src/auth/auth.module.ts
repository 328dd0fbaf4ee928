import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SocketAuthenticator } from '../realtime/ports.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { Authenticator } from './authenticator.js';
import { LoginService } from './login.service.js';
import { SigningKey } from './signing-key.js';

/** Who is calling. The application binds `Directory` in a global module. */
@Global()
@Module({
  controllers: [AuthController],
  providers: [
    Authenticator,
    LoginService,
    SigningKey,
    { provide: SocketAuthenticator, useExisting: Authenticator },
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [SocketAuthenticator],
})
export class AuthModule {}
