import { Global, Module } from '@nestjs/common';
import { SystemMessages } from '../chats/system-messages.js';
import { MessageAccess } from './message-access.js';
import { MessagesController } from './messages.controller.js';
import { MessagesGateway } from './messages.gateway.js';
import { MessagesRepository } from './messages.repository.js';
import { MessageSender } from './message-sender.js';
import { MessagesService } from './messages.service.js';
import { SendQueue } from './send-queue.js';
import { StoredSystemMessages } from './stored-system-messages.js';

@Global()
@Module({
  controllers: [MessagesController],
  providers: [
    MessageAccess,
    MessagesGateway,
    MessagesRepository,
    MessageSender,
    MessagesService,
    SendQueue,
    { provide: SystemMessages, useClass: StoredSystemMessages },
  ],
  exports: [MessageAccess, MessagesRepository, SystemMessages],
})
export class MessagesModule {}
