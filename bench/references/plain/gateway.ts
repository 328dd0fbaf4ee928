import { UsePipes, ValidationPipe } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  type OnGatewayInit,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { Auth, type Caller } from './auth.js';
import { CreateMessageDto } from './dto.js';
import type { Message } from './entities.js';
import { MessagesService } from './messages.service.js';

interface Ack {
  ok: boolean;
  data?: Message;
}

@WebSocketGateway()
export class ChatGateway implements OnGatewayInit {
  @WebSocketServer()
  private readonly server: Server;

  constructor(
    private readonly auth: Auth,
    private readonly messages: MessagesService,
  ) {}

  afterInit(server: Server): void {
    server.use((socket, next) => {
      this.auth.callerOf(String(socket.handshake.auth.token)).then(
        (caller) => {
          socket.data = caller;
          next();
        },
        (error: Error) => next(error),
      );
    });
  }

  @SubscribeMessage('subscribe')
  async subscribe(@ConnectedSocket() socket: Socket): Promise<Ack> {
    await socket.join(await this.messages.talksOf(socket.data as Caller));
    return { ok: true };
  }

  @UsePipes(new ValidationPipe())
  @SubscribeMessage('message_create')
  async send(@MessageBody() dto: CreateMessageDto, @ConnectedSocket() socket: Socket): Promise<Ack> {
    const message = await this.messages.send(dto, socket.data as Caller);
    this.announce(message);
    return { ok: true, data: message };
  }

  announce(message: Message): void {
    const { chat_id, tm_create } = message;
    this.server
      .to(chat_id)
      .emit('message_created', { type: 'message_created', chat_id, tm_create, data: message });
  }
}
