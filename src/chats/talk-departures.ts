import { Injectable } from '@nestjs/common';
import type { AgentRow } from '../agents/agents.repository.js';
import { Departures } from '../agents/departures.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { chatStream } from '../events/stream.js';
import { ChatsRepository } from './chats.repository.js';
import { Membership } from './membership.js';
import { ParticipantsRepository } from './participants.repository.js';

/** Talks left in one transaction: their locks keep others waiting. */
const AT_ONCE = 100;

/** Takes an agent out of its talks. */
@Injectable()
export class TalkDepartures extends Departures {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly participants: ParticipantsRepository,
    private readonly membership: Membership,
  ) {
    super();
  }

  async leaveSome(transaction: StreamTransaction, agent: AgentRow, actorId: string): Promise<boolean> {
    const all = await this.participants.listOfAgent(transaction, agent.id, AT_ONCE + 1);
    const some = all.slice(0, AT_ONCE);
    await transaction.lock(some.map(({ chat_id }) => chatStream(chat_id)));
    for (const participant of some) {
      const chat = await this.chats.find(participant.chat_id, agent.id, transaction);
      if (chat) await this.membership.leave(transaction, chat, participant, agent, actorId);
      else await this.participants.remove(transaction, participant.id);
    }
    return all.length <= AT_ONCE;
  }
}
