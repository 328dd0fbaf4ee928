import 'reflect-metadata';
import { type INestApplication, Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { Auth } from './auth.js';
import { Message, Participant, Reaction } from './entities.js';
import { ChatGateway } from './gateway.js';
import { MessagesController } from './messages.controller.js';
import { MessagesService } from './messages.service.js';

const { DATABASE_URL, REDIS_URL = '' } = process.env;

@Module({
  controllers: [MessagesController],
  providers: [
    Auth,
    MessagesService,
    ChatGateway,
    {
      provide: DataSource,
      useFactory: () =>
        new DataSource({
          type: 'postgres',
          url: DATABASE_URL,
          entities: [Participant, Message, Reaction],
          synchronize: true,
        }).initialize(),
    },
  ],
})
class AppModule {}

class RedisIoAdapter extends IoAdapter {
  private readonly adapter: ReturnType<typeof createAdapter>;

  constructor(app: INestApplication) {
    super(app);
    this.adapter = createAdapter(new Redis(REDIS_URL), new Redis(REDIS_URL));
  }

  override createIOServer(
    ...options: Parameters<IoAdapter['createIOServer']>
  ): ReturnType<IoAdapter['createIOServer']> {
    const server = super.createIOServer(...options);
    server.adapter(this.adapter);
    return server;
  }
}

const app = await NestFactory.create(AppModule, new ExpressAdapter());
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
app.useWebSocketAdapter(new RedisIoAdapter(app));
await app.listen(0, '127.0.0.1');
console.log(`plain is ready at ${await app.getUrl()}`);
