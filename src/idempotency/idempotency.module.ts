import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyRow } from './idempotency.entity.js';
import { IdempotencyCleaner } from './idempotency-cleaner.js';
import { Idempotency } from './idempotency.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyRow])],
  providers: [Idempotency, IdempotencyCleaner],
  exports: [Idempotency],
})
export class IdempotencyModule {}
