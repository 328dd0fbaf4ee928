import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SocketAuthenticator } from '../realtime/ports.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { Authenticator } from './authenticator.js';
import { LoginService } from './login.service.js';
import { Jwt } from './jwt.js';
import { Passwords } from './passwords.js';
import { KnownBearers } from './known-bearers.js';
import { WriteLimitGuard } from './write-limit.guard.js';
import { AccessKey } from './access-keys/access-key.entity.js';
import { AccessKeyBearers } from './access-keys/access-key-bearers.js';
import { AccessKeysController } from './access-keys/access-keys.controller.js';
import { AccessKeysRepository } from './access-keys/access-keys.repository.js';
import { AccessKeysService } from './access-keys/access-keys.service.js';

/** Who is calling. The application binds `Directory` in a global module. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AccessKey])],
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
    { provide: SocketAuthenticator, useExisting: Authenticator },
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: WriteLimitGuard },
  ],
  exports: [Passwords, SocketAuthenticator],
})
export class AuthModule {}
