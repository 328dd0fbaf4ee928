import { Module } from '@nestjs/common';
import { APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { ValidationPipe } from './validation.pipe.js';

/** Checks what callers send, in routes and gateways alike. */
@Module({
  imports: [DiscoveryModule],
  providers: [{ provide: APP_PIPE, useClass: ValidationPipe }],
})
export class ValidationModule {}
