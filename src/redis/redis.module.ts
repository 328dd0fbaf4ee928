import { Module } from '@nestjs/common';
import { RedisCommands } from './redis-commands.js';

/** Commands to Redis. The bus makes its own connections, since a subscriber may send no commands. */
@Module({ providers: [RedisCommands], exports: [RedisCommands] })
export class RedisModule {}
