import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Uuid } from '../http/validators.js';
import { Packets } from '../realtime/packets.js';
import { CreateMessageDto, UpdateMessageDto } from './message.dto.js';
import { MessageResource } from './message.presenter.js';
import { MessagesService } from './messages.service.js';

class UpdateMessagePacket extends UpdateMessageDto {
  @Uuid()
  message_id: string;
}

class DeleteMessagePacket {
  @Uuid()
  message_id: string;
}

/** Writing messages over a socket: the same bodies and rules as over REST. */
@Injectable()
export class MessagePackets implements OnModuleInit {
  constructor(
    private readonly packets: Packets,
    private readonly messages: MessagesService,
  ) {}

  onModuleInit(): void {
    this.packets.register('message_create', {
      summary: 'Sends a message',
      shape: CreateMessageDto,
      data: MessageResource,
      handle: (body, owner) => this.messages.send(body, owner),
    });
    this.packets.register('message_update', {
      summary: 'Edits a message',
      shape: UpdateMessagePacket,
      data: MessageResource,
      handle: ({ message_id, ...body }, owner) => this.messages.update(message_id, body, owner),
    });
    this.packets.register('message_delete', {
      summary: 'Deletes a message; a tombstone stays',
      shape: DeleteMessagePacket,
      data: MessageResource,
      handle: ({ message_id }, owner) => this.messages.delete(message_id, owner),
    });
  }
}
