import { Global, Module } from '@nestjs/common';
import { IdempotencyCleaner } from './idempotency-cleaner.js';
import { Idempotency } from './idempotency.js';

@Global()
@Module({ providers: [Idempotency, IdempotencyCleaner], exports: [Idempotency] })
export class IdempotencyModule {}
