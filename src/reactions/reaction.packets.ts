import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Uuid } from '../http/validators.js';
import { MessageResource } from '../messages/message.presenter.js';
import { Packets } from '../realtime/packets.js';
import { ReactionDto } from './reaction.dto.js';
import { ReactionsService } from './reactions.service.js';

class ReactionPacket extends ReactionDto {
  @Uuid()
  message_id: string;
}

/** Reacting over a socket: the same rules as over REST. */
@Injectable()
export class ReactionPackets implements OnModuleInit {
  constructor(
    private readonly packets: Packets,
    private readonly reactions: ReactionsService,
  ) {}

  onModuleInit(): void {
    this.packets.register('reaction_add', {
      summary: 'Reacts to a message',
      shape: ReactionPacket,
      data: MessageResource,
      handle: ({ message_id, emoji }, owner) => this.reactions.add(message_id, emoji, owner),
    });
    this.packets.register('reaction_remove', {
      summary: 'Takes my reaction away',
      shape: ReactionPacket,
      data: MessageResource,
      handle: ({ message_id, emoji }, owner) => this.reactions.remove(message_id, emoji, owner),
    });
  }
}
