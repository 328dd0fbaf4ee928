import { Body, Controller, Delete, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import type { MessageResource } from '../messages/message.presenter.js';
import { ReactionDto } from './reaction.dto.js';
import { ReactionsService } from './reactions.service.js';

@Controller(['service_agents/talk_messages/:id/reactions', 'messages/:id/reactions'])
export class ReactionsController {
  constructor(private readonly reactions: ReactionsService) {}

  @Post()
  @HttpCode(200)
  add(
    @Param('id', UuidPipe) id: string,
    @Body() { emoji }: ReactionDto,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.reactions.add(id, emoji, caller);
  }

  @Delete()
  remove(
    @Param('id', UuidPipe) id: string,
    @Query() { emoji }: ReactionDto,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.reactions.remove(id, emoji, caller);
  }

  @Delete(':emoji')
  removeNamed(
    @Param('id', UuidPipe) id: string,
    @Param('emoji') emoji: string,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.reactions.remove(id, emoji, caller);
  }
}
