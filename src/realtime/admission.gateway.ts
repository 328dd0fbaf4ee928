import { ConnectedSocket, MessageBody, SubscribeMessage, type OnGatewayInit } from '@nestjs/websockets';
import { Uncounted } from '../auth/write-limit.guard.js';
import { sharedListener } from '../gate/shared-listener.js';
import { Admission } from './admission.js';
import { forgetRequest } from './connection.js';
import { problemOf } from './packet.filter.js';
import { Acks, PacketGateway } from './packets.js';
import { Sockets, type AgentSocket, type TalkServer } from './sockets.js';
import { RefreshPacket } from './subscribe.dto.js';

/** Lets sockets in. */
@PacketGateway()
export class AdmissionGateway implements OnGatewayInit<TalkServer> {
  /** Without its socket, a connection would be open to nobody. */
  private readonly onDisconnect = sharedListener(({ conn }: AgentSocket) => conn.close());

  constructor(
    private readonly admission: Admission,
    private readonly sockets: Sockets,
  ) {}

  afterInit(server: TalkServer): void {
    server.use((socket, next) => {
      this.sockets.handshakes.check(socket.conn, this.admission.admit(socket)).then(
        () => next(),
        (error: unknown) => next(connectError(error)),
      );
    });
    server.on('connection', (socket) => {
      void this.admission.confirm(socket);
      forgetRequest(socket);
      socket.on('disconnect', this.onDisconnect);
    });
  }

  @SubscribeMessage('refresh')
  @Uncounted()
  @Acks('Puts a newer token in place of the one that I came with', { turn: 'any' })
  refresh(@MessageBody() { token }: RefreshPacket, @ConnectedSocket() socket: AgentSocket): Promise<void> {
    return this.admission.refresh(socket, token);
  }
}

function connectError(error: unknown): Error {
  const problem = problemOf(error);
  return Object.assign(new Error(problem.title), { data: problem });
}
