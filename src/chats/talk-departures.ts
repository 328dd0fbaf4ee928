import { Injectable } from '@nestjs/common';
import type { AgentRow } from '../agents/agents.repository.js';
import { Departures } from '../agents/departures.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { chatStream, type StreamKey } from '../events/stream.js';
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

  async streamsOf(agentId: string): Promise<StreamKey[]> {
    const some = await this.participants.listOfAgent(agentId, AT_ONCE);
    return some.map(({ chat_id }) => chatStream(chat_id));
  }

  async leave(
    transaction: StreamTransaction,
    streams: StreamKey[],
    agent: AgentRow,
    actorId: string,
  ): Promise<boolean> {
    // Under the locks: which talks it is in may have changed since the streams were looked up.
    const all = await this.participants.listOfAgent(agent.id, AT_ONCE + 1, transaction);
    const left = new Set(streams.map(({ id }) => id));
    const some = all.filter(({ chat_id }) => left.has(chat_id));
    for (const participant of some) {
      const chat = await this.chats.find(participant.chat_id, agent.id, transaction);
      if (chat) await this.membership.leave(transaction, chat, participant, agent, actorId);
      else await this.participants.remove(transaction, participant.id);
    }
    return some.length === all.length;
  }
}
