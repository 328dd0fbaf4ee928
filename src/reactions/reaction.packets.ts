import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Uuid } from '../http/validators.js';
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
      shape: ReactionPacket,
      handle: ({ message_id, emoji }, owner) => this.reactions.add(message_id, emoji, owner),
    });
    this.packets.register('reaction_remove', {
      shape: ReactionPacket,
      handle: ({ message_id, emoji }, owner) => this.reactions.remove(message_id, emoji, owner),
    });
  }
}
