import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Answers } from '../http/answers.decorator.js';
import { PageOf, type Page } from '../http/page.js';
import { UuidParam } from '../http/uuid-param.decorator.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.js';
import { ChatCreationService } from './chat-creation.service.js';
import { CreateChatDto, ListChatsQuery, UpdateChatDto } from './chat.dto.js';
import { ChatResource } from './chat.presenter.js';
import { ChatsService } from './chats.service.js';

@Controller(['service_agents/talk_chats', 'talks'])
export class ChatsController {
  constructor(
    private readonly chats: ChatsService,
    private readonly creation: ChatCreationService,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers('Creates a talk', ChatResource, 'agent_not_found', 'talk_full', 'idempotency_mismatch')
  create(
    @Body() dto: CreateChatDto,
    @Caller() caller: Principal,
    @IdempotencyKey() key?: string,
  ): Promise<ChatResource> {
    return this.creation.create(dto, caller, key);
  }

  @Get()
  @Answers('The talks I am in', PageOf(ChatResource))
  list(@Query() query: ListChatsQuery, @Caller() caller: Principal): Promise<Page<ChatResource>> {
    return this.chats.list(query, caller);
  }

  @Get(':id')
  @Answers('One talk', ChatResource, 'talk_not_found', 'not_participant')
  get(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.get(id, caller);
  }

  @Put(':id')
  @Answers('Changes a talk', ChatResource, 'talk_not_found', 'not_participant', 'talk_closed')
  update(
    @UuidParam('id') id: string,
    @Body() dto: UpdateChatDto,
    @Caller() caller: Principal,
  ): Promise<ChatResource> {
    return this.chats.update(id, dto, caller);
  }

  @Delete(':id')
  @Answers('Deletes a talk', ChatResource, 'talk_not_found', 'not_creator', 'talk_closed')
  delete(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.delete(id, caller);
  }

  @Post(':id/close')
  @HttpCode(200)
  @Answers('Closes a talk', ChatResource, 'talk_not_found', 'not_participant')
  close(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.close(id, caller);
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Answers('Reopens a talk', ChatResource, 'talk_not_found', 'not_participant')
  reopen(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.reopen(id, caller);
  }
}
