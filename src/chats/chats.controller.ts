import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import type { Page } from '../http/page.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.js';
import { ChatCreationService } from './chat-creation.service.js';
import { CreateChatDto, ListChatsQuery, UpdateChatDto } from './chat.dto.js';
import type { ChatResource } from './chat.presenter.js';
import { ChatsService } from './chats.service.js';

@Controller(['service_agents/talk_chats', 'talks'])
export class ChatsController {
  constructor(
    private readonly chats: ChatsService,
    private readonly creation: ChatCreationService,
  ) {}

  @Post()
  @HttpCode(200)
  create(
    @Body() dto: CreateChatDto,
    @Caller() caller: Principal,
    @IdempotencyKey() key?: string,
  ): Promise<ChatResource> {
    return this.creation.create(dto, caller, key);
  }

  @Get()
  list(@Query() query: ListChatsQuery, @Caller() caller: Principal): Promise<Page<ChatResource>> {
    return this.chats.list(query, caller);
  }

  @Get(':id')
  get(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.get(id, caller);
  }

  @Put(':id')
  update(
    @Param('id', UuidPipe) id: string,
    @Body() dto: UpdateChatDto,
    @Caller() caller: Principal,
  ): Promise<ChatResource> {
    return this.chats.update(id, dto, caller);
  }

  @Delete(':id')
  delete(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.delete(id, caller);
  }

  @Post(':id/close')
  @HttpCode(200)
  close(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.close(id, caller);
  }

  @Post(':id/reopen')
  @HttpCode(200)
  reopen(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<ChatResource> {
    return this.chats.reopen(id, caller);
  }
}
