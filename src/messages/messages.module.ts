import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SystemMessages } from '../chats/system-messages.js';
import { Message } from './message.entity.js';
import { MessageAccess } from './message-access.js';
import { MessagePackets } from './message.packets.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessageSender } from './message-sender.js';
import { MessagesService } from './messages.service.js';
import { SendQueue } from './send-queue.js';
import { StoredSystemMessages } from './stored-system-messages.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Message])],
  controllers: [MessagesController],
  providers: [
    MessageAccess,
    MessagePackets,
    MessagesRepository,
    MessageSender,
    MessagesService,
    SendQueue,
    { provide: SystemMessages, useClass: StoredSystemMessages },
  ],
  exports: [MessageAccess, MessagesRepository, SystemMessages],
})
export class MessagesModule {}
