import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { Limits } from './limits.js';

@Module({ imports: [EventsModule, RedisModule], providers: [Limits], exports: [Limits] })
export class LimitsModule {}
