import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgentsModule } from '../agents/agents.module.js';
import { EventsModule } from '../events/events.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { ChatCreationService } from './chat-creation.service.js';
import { Chat } from './chat.entity.js';
import { ChatStreamAccess } from './chat-stream-access.js';
import { ChatsController } from './chats.controller.js';
import { ChatsRepository } from './chats.repository.js';
import { ChatsService } from './chats.service.js';
import { Membership } from './membership.js';
import { Participant } from './participant.entity.js';
import { ParticipantsController } from './participants.controller.js';
import { ParticipantsRepository } from './participants.repository.js';
import { ParticipantsService } from './participants.service.js';
import { TalkDepartures } from './talk-departures.js';

/** Talks and who is in them. */
@Module({
  imports: [AgentsModule, EventsModule, IdempotencyModule, TypeOrmModule.forFeature([Chat, Participant])],
  controllers: [ChatsController, ParticipantsController],
  providers: [
    ChatCreationService,
    ChatsRepository,
    ChatsService,
    Membership,
    ParticipantsRepository,
    ParticipantsService,
    ChatStreamAccess,
    TalkDepartures,
  ],
  exports: [ChatsRepository, ChatStreamAccess, TalkDepartures],
})
export class ChatsModule {}
