import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { Uncounted } from '../auth/write-limit.guard.js';
import { sharedListener } from '../gate/shared-listener.js';
import { AckLimit } from './ack-limit.js';
import { Overdue } from './packet.js';
import { Acks, PacketGateway } from './packets.js';
import { SessionContext, SocketSession } from './socket-session.js';
import { SocketSink } from './socket-sink.js';
import type { AgentSocket } from './sockets.js';
import {
  SubscribeAnswer,
  SubscribePacket,
  UnsubscribePacket,
  type SubscribeResult,
} from './subscribe.dto.js';

/** What sockets follow. */
@PacketGateway()
export class SubscriptionsGateway {
  /** Of the sockets that have asked for anything. */
  private readonly sessions = new WeakMap<AgentSocket, SocketSession>();
  private readonly onDisconnect = sharedListener((socket: AgentSocket) => this.sessions.get(socket)?.close());

  constructor(
    private readonly context: SessionContext,
    private readonly limit: AckLimit,
  ) {}

  @SubscribeMessage('subscribe')
  @Acks('Follows talks, and replays what came after what I have', {
    answer: SubscribeAnswer,
    turn: 'replaying',
  })
  subscribe(
    @MessageBody() packet: SubscribePacket,
    @ConnectedSocket() socket: AgentSocket,
    @Overdue() overdue: AbortSignal,
  ): Promise<SubscribeResult> {
    return this.sessionOf(socket).subscribe(packet, overdue);
  }

  @SubscribeMessage('unsubscribe')
  @Uncounted()
  @Acks('Follows talks no more', { turn: 'replaying' })
  unsubscribe(
    @MessageBody() { chat_ids }: UnsubscribePacket,
    @ConnectedSocket() socket: AgentSocket,
    @Overdue() overdue: AbortSignal,
  ): Promise<void> {
    return this.sessionOf(socket).unsubscribe(chat_ids, overdue);
  }

  private sessionOf(socket: AgentSocket): SocketSession {
    const known = this.sessions.get(socket);
    if (known) return known;
    const sink = new SocketSink(socket.conn, this.limit);
    const session = new SocketSession(socket.data.principal, sink, this.context);
    this.sessions.set(socket, session);
    socket.on('disconnect', this.onDisconnect);
    // Then nobody tells of it any more.
    if (!socket.connected) session.close();
    return session;
  }
}
