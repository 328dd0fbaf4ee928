import { Global, Module } from '@nestjs/common';
import { RedisModule } from '../redis/redis.module.js';
import { Limits } from './limits.js';

@Global()
@Module({ imports: [RedisModule], providers: [Limits], exports: [Limits] })
export class LimitsModule {}
