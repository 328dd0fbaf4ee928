import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import type { Page } from '../http/page.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.js';
import {
  CreateMessageDto,
  ListChatMessagesQuery,
  ListMessagesQuery,
  MessageContentDto,
  UpdateMessageDto,
} from './message.dto.js';
import type { MessageResource } from './message.presenter.js';
import { MessagesService } from './messages.service.js';

const MESSAGES = 'service_agents/talk_messages';
const OF_TALK = 'talks/:id/messages';
const MESSAGE = [`${MESSAGES}/:id`, 'messages/:id'];

@Controller()
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post(MESSAGES)
  @HttpCode(200)
  send(
    @Body() dto: CreateMessageDto,
    @Caller() caller: Principal,
    @IdempotencyKey() key?: string,
  ): Promise<MessageResource> {
    return this.messages.send(dto, caller, key);
  }

  @Post(OF_TALK)
  @HttpCode(200)
  sendTo(
    @Param('id', UuidPipe) chat_id: string,
    @Body() dto: MessageContentDto,
    @Caller() caller: Principal,
    @IdempotencyKey() key?: string,
  ): Promise<MessageResource> {
    return this.messages.send({ ...dto, chat_id }, caller, key);
  }

  @Get(MESSAGES)
  list(@Query() query: ListMessagesQuery, @Caller() caller: Principal): Promise<Page<MessageResource>> {
    return this.messages.list(query, caller);
  }

  @Get(OF_TALK)
  listOf(
    @Param('id', UuidPipe) chat_id: string,
    @Query() query: ListChatMessagesQuery,
    @Caller() caller: Principal,
  ): Promise<Page<MessageResource>> {
    return this.messages.list({ ...query, chat_id }, caller);
  }

  @Get(MESSAGE)
  get(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<MessageResource> {
    return this.messages.get(id, caller);
  }

  @Put(MESSAGE)
  update(
    @Param('id', UuidPipe) id: string,
    @Body() dto: UpdateMessageDto,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.messages.update(id, dto, caller);
  }

  @Delete(MESSAGE)
  delete(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<MessageResource> {
    return this.messages.delete(id, caller);
  }
}
