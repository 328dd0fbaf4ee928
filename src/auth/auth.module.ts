import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventsModule } from '../events/events.module.js';
import { GateModule } from '../gate/gate.module.js';
import { LimitsModule } from '../limits/limits.module.js';
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

/** Who is calling. */
@Module({
  imports: [EventsModule, GateModule, LimitsModule, TypeOrmModule.forFeature([AccessKey])],
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
