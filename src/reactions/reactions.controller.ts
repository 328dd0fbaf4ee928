import { Body, Controller, Delete, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Answers } from '../http/answers.decorator.js';
import { UuidParam } from '../http/uuid-param.decorator.js';
import { MessageResource } from '../messages/message.presenter.js';
import { ReactionDto } from './reaction.dto.js';
import { ReactionsService } from './reactions.service.js';

const REACTING = ['message_not_found', 'not_participant', 'talk_closed', 'message_deleted'] as const;

@Controller(['service_agents/talk_messages/:id/reactions', 'messages/:id/reactions'])
export class ReactionsController {
  constructor(private readonly reactions: ReactionsService) {}

  @Post()
  @HttpCode(200)
  @Answers('Reacts to a message', MessageResource, ...REACTING, 'reaction_limit')
  add(
    @UuidParam('id') id: string,
    @Body() { emoji }: ReactionDto,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.reactions.add(id, emoji, caller);
  }

  @Delete()
  @Answers('Takes my reaction away', MessageResource, ...REACTING)
  remove(
    @UuidParam('id') id: string,
    @Query() { emoji }: ReactionDto,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.reactions.remove(id, emoji, caller);
  }

  @Delete(':emoji')
  @Answers('Takes my reaction away', MessageResource, ...REACTING)
  removeNamed(
    @UuidParam('id') id: string,
    @Param('emoji') emoji: string,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.reactions.remove(id, emoji, caller);
  }
}
