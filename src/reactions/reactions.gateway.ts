import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { MessageResource } from '../messages/message.presenter.js';
import type { Changed } from '../realtime/packet.js';
import { Acks, PacketGateway } from '../realtime/packets.js';
import { ReactionPacket } from './reaction.dto.js';
import { ReactionsService } from './reactions.service.js';

/** Reacting over a socket: the same rules as over REST. */
@PacketGateway()
export class ReactionsGateway {
  constructor(private readonly reactions: ReactionsService) {}

  @SubscribeMessage('reaction_add')
  @Acks('Reacts to a message', { data: MessageResource })
  async add(
    @MessageBody() packet: ReactionPacket,
    @Caller() caller: Principal,
  ): Promise<Changed<MessageResource>> {
    return { data: await this.reactions.add(packet.message_id, packet.emoji, caller) };
  }

  @SubscribeMessage('reaction_remove')
  @Acks('Takes my reaction away', { data: MessageResource })
  async remove(
    @MessageBody() packet: ReactionPacket,
    @Caller() caller: Principal,
  ): Promise<Changed<MessageResource>> {
    return { data: await this.reactions.remove(packet.message_id, packet.emoji, caller) };
  }
}
