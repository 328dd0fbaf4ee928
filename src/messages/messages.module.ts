import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChatsModule } from '../chats/chats.module.js';
import { EventsModule } from '../events/events.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { Message } from './message.entity.js';
import { MessageAccess } from './message-access.js';
import { MessagesController } from './messages.controller.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesRepository } from './messages.repository.js';
import { MessageSender } from './message-sender.js';
import { MessagesService } from './messages.service.js';
import { SendQueue } from './send-queue.js';
import { StoredSystemMessages } from './stored-system-messages.js';

@Module({
  imports: [ChatsModule, EventsModule, IdempotencyModule, TypeOrmModule.forFeature([Message])],
  controllers: [MessagesController],
  providers: [
    MessageAccess,
    MessagesGateway,
    MessagesRepository,
    MessageSender,
    MessagesService,
    SendQueue,
    StoredSystemMessages,
  ],
  exports: [MessageAccess, MessagesRepository, StoredSystemMessages],
})
export class MessagesModule {}
