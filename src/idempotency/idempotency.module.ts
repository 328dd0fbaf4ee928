import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyCleaner } from './idempotency-cleaner.js';
import { IdempotencyRow } from './idempotency.entity.js';
import { Idempotency } from './idempotency.js';

@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyRow])],
  providers: [Idempotency, IdempotencyCleaner],
  exports: [Idempotency],
})
export class IdempotencyModule {}
