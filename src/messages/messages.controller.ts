import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Answers } from '../http/answers.decorator.js';
import { UuidParam } from '../http/uuid-param.decorator.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.js';
import {
  CreateMessageDto,
  ListChatMessagesQuery,
  ListMessagesQuery,
  MessageContentDto,
  UpdateMessageDto,
} from './message.dto.js';
import { MessagePage } from './message.page.js';
import { MessageResource } from './message.presenter.js';
import { MessagesService } from './messages.service.js';

const MESSAGES = 'service_agents/talk_messages';
const OF_TALK = 'talks/:id/messages';
const MESSAGE = [`${MESSAGES}/:id`, 'messages/:id'];

const SENDING = ['talk_not_found', 'not_participant', 'talk_closed', 'idempotency_mismatch'] as const;
const CHANGING = [
  'message_not_found',
  'not_participant',
  'not_author',
  'talk_closed',
  'message_deleted',
] as const;

@Controller()
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post(MESSAGES)
  @HttpCode(200)
  @Answers('Sends a message', MessageResource, ...SENDING)
  send(
    @Body() dto: CreateMessageDto,
    @Caller() caller: Principal,
    @IdempotencyKey() key?: string,
  ): Promise<MessageResource> {
    return this.messages.send(dto, caller, key);
  }

  @Post(OF_TALK)
  @HttpCode(200)
  @Answers('Sends a message', MessageResource, ...SENDING)
  sendTo(
    @UuidParam('id') chat_id: string,
    @Body() dto: MessageContentDto,
    @Caller() caller: Principal,
    @IdempotencyKey() key?: string,
  ): Promise<MessageResource> {
    return this.messages.send({ ...dto, chat_id }, caller, key);
  }

  @Get(MESSAGES)
  @Answers('The messages of a talk, or of all my talks', MessagePage, 'talk_not_found', 'not_participant')
  list(@Query() query: ListMessagesQuery, @Caller() caller: Principal): Promise<MessagePage> {
    return this.messages.list(query, caller);
  }

  @Get(OF_TALK)
  @Answers('The messages of a talk', MessagePage, 'talk_not_found', 'not_participant')
  listOf(
    @UuidParam('id') chat_id: string,
    @Query() query: ListChatMessagesQuery,
    @Caller() caller: Principal,
  ): Promise<MessagePage> {
    return this.messages.list({ ...query, chat_id }, caller);
  }

  @Get(MESSAGE)
  @Answers('One message', MessageResource, 'message_not_found', 'not_participant')
  get(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<MessageResource> {
    return this.messages.get(id, caller);
  }

  @Put(MESSAGE)
  @Answers('Edits a message', MessageResource, ...CHANGING)
  update(
    @UuidParam('id') id: string,
    @Body() dto: UpdateMessageDto,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.messages.update(id, dto, caller);
  }

  @Delete(MESSAGE)
  @Answers('Deletes a message; a tombstone stays', MessageResource, ...CHANGING)
  delete(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<MessageResource> {
    return this.messages.delete(id, caller);
  }
}
