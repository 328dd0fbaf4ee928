import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import type { Page } from '../http/page.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { CreateMessageDto, ListMessagesQuery, UpdateMessageDto } from './message.dto.js';
import type { MessageResource } from './message.presenter.js';
import { MessagesService } from './messages.service.js';

@Controller('service_agents/talk_messages')
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post()
  @HttpCode(200)
  send(@Body() dto: CreateMessageDto, @Caller() caller: Principal): Promise<MessageResource> {
    return this.messages.send(dto, caller);
  }

  @Get()
  list(@Query() query: ListMessagesQuery, @Caller() caller: Principal): Promise<Page<MessageResource>> {
    return this.messages.list(query, caller);
  }

  @Get(':id')
  get(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<MessageResource> {
    return this.messages.get(id, caller);
  }

  @Put(':id')
  update(
    @Param('id', UuidPipe) id: string,
    @Body() dto: UpdateMessageDto,
    @Caller() caller: Principal,
  ): Promise<MessageResource> {
    return this.messages.update(id, dto, caller);
  }

  @Delete(':id')
  delete(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<MessageResource> {
    return this.messages.delete(id, caller);
  }
}
