import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { AuthGuard, CallerOf, type Caller } from './auth.js';
import { CreateMessageDto, ListMessagesDto } from './dto.js';
import type { Message } from './entities.js';
import { ChatGateway } from './gateway.js';
import { MessagesService } from './messages.service.js';

@Controller('service_agents/talk_messages')
@UseGuards(AuthGuard)
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly gateway: ChatGateway,
  ) {}

  @Post()
  async send(@Body() dto: CreateMessageDto, @CallerOf() caller: Caller): Promise<Message> {
    const message = await this.messages.send(dto, caller);
    this.gateway.announce(message);
    return message;
  }

  @Get()
  list(@Query() query: ListMessagesDto, @CallerOf() caller: Caller): Promise<{ result: Message[] }> {
    return this.messages.list(query, caller);
  }
}
