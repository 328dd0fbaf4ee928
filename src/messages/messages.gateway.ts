import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import type { Changed } from '../realtime/packet.js';
import { Acks, PacketGateway } from '../realtime/packets.js';
import { CreateMessageDto, DeleteMessagePacket, UpdateMessagePacket } from './message.dto.js';
import { MessageResource } from './message.presenter.js';
import { MessagesService } from './messages.service.js';

/** Writing messages over a socket: the same bodies and rules as over REST. */
@PacketGateway()
export class MessagesGateway {
  constructor(private readonly messages: MessagesService) {}

  @SubscribeMessage('message_create')
  @Acks('Sends a message', { data: MessageResource })
  async send(
    @MessageBody() dto: CreateMessageDto,
    @Caller() caller: Principal,
  ): Promise<Changed<MessageResource>> {
    return { data: await this.messages.send(dto, caller) };
  }

  @SubscribeMessage('message_update')
  @Acks('Edits a message', { data: MessageResource })
  async update(
    @MessageBody() { message_id, ...dto }: UpdateMessagePacket,
    @Caller() caller: Principal,
  ): Promise<Changed<MessageResource>> {
    return { data: await this.messages.update(message_id, dto, caller) };
  }

  @SubscribeMessage('message_delete')
  @Acks('Deletes a message; a tombstone stays', { data: MessageResource })
  async delete(
    @MessageBody() { message_id }: DeleteMessagePacket,
    @Caller() caller: Principal,
  ): Promise<Changed<MessageResource>> {
    return { data: await this.messages.delete(message_id, caller) };
  }
}
