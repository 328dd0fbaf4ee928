import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { Authenticator } from './authenticator.js';
import { LoginService } from './login.service.js';
import { Jwt } from './jwt.js';
import { Passwords } from './passwords.js';
import { KnownBearers } from './known-bearers.js';
import { WriteLimitGuard } from './write-limit.guard.js';
import { AccessKeyBearers } from './access-keys/access-key-bearers.js';
import { AccessKeysController } from './access-keys/access-keys.controller.js';
import { AccessKeysRepository } from './access-keys/access-keys.repository.js';
import { AccessKeysService } from './access-keys/access-keys.service.js';

/** Who is calling. The application binds `Directory` and `Revocations` in global modules. */
@Global()
@Module({
  controllers: [AccessKeysController, AuthController],
  providers: [
    AccessKeyBearers,
    AccessKeysRepository,
    AccessKeysService,
    Authenticator,
    LoginService,
    Jwt,
    KnownBearers,
    Passwords,
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: WriteLimitGuard },
  ],
  exports: [Authenticator, Passwords],
})
export class AuthModule {}
