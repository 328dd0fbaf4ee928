import { Module } from '@nestjs/common';
import { ReactionPackets } from './reaction.packets.js';
import { ReactionsController } from './reactions.controller.js';
import { ReactionsRepository } from './reactions.repository.js';
import { ReactionsService } from './reactions.service.js';

@Module({
  controllers: [ReactionsController],
  providers: [ReactionPackets, ReactionsRepository, ReactionsService],
})
export class ReactionsModule {}
