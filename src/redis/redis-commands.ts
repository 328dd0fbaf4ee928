import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { createRedis, type RedisClient } from './redis-client.js';

/** The connection for commands to Redis. */
@Injectable()
export class RedisCommands implements OnApplicationShutdown {
  /** `undefined` where Talk runs without Redis. */
  readonly client: RedisClient | undefined;

  constructor(@Inject(Settings) { redis, redisLimits }: Settings) {
    this.client = redis && createRedis(redis, redisLimits);
  }

  onApplicationShutdown(): void {
    this.client?.disconnect();
  }
}
