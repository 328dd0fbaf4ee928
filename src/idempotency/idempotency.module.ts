import { Module } from '@nestjs/common';
import { IdempotencyCleaner } from './idempotency-cleaner.js';
import { Idempotency } from './idempotency.js';

@Module({ providers: [Idempotency, IdempotencyCleaner], exports: [Idempotency] })
export class IdempotencyModule {}
