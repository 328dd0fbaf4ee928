import { Injectable } from '@nestjs/common';
import type { AgentRow } from '../agents/agents.repository.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { agentStream, chatStream } from '../events/stream.js';
import { presentChat, type ChatRow } from './chat.presenter.js';
import { ChatsRepository } from './chats.repository.js';
import type { Participant } from './participant.entity.js';
import { presentParticipant } from './participant.presenter.js';
import { ParticipantsRepository } from './participants.repository.js';
import { SystemMessages } from './system-messages.js';

/**
 * Joining and leaving a talk after its creation: events of the talk and of the agent's own stream,
 * both of which have to be locked.
 */
@Injectable()
export class Membership {
  constructor(
    private readonly chats: ChatsRepository,
    private readonly participants: ParticipantsRepository,
    private readonly systemMessages: SystemMessages,
  ) {}

  /** Events: `participant_joined`, the system message; for the agent `chat_joined`. */
  async join(
    transaction: StreamTransaction,
    chat: ChatRow,
    agent: AgentRow,
    actorId: string,
  ): Promise<Participant> {
    const stream = transaction.stream(chatStream(chat.id));
    const before = stream.head;
    const slot = stream.nextSlot();
    const [participant] = await this.participants.insert(transaction, chat, [agent.id], slot.time);
    if (!participant) throw new Error('the participant was not inserted');
    stream.append('participant_joined', presentParticipant(participant), slot);
    transaction.stream(agentStream(agent.id)).appendMembership('chat_joined', {
      chat_id: chat.id,
      seq: before,
      data: presentChat({ ...chat, member_count: chat.member_count + 1, seq: before }),
    });
    this.systemMessages.write(transaction, chat, {
      text: `${displayName(agent)} joined the conversation.`,
      code: 'participant_joined',
      agentId: agent.id,
      actorId,
    });
    return participant;
  }

  /** Events: the system message, `participant_left`, `chat_closed` if it was the last; for the agent `chat_left`. */
  async leave(
    transaction: StreamTransaction,
    chat: ChatRow,
    participant: Participant,
    agent: AgentRow,
    actorId: string,
  ): Promise<void> {
    const stream = transaction.stream(chatStream(chat.id));
    await this.participants.remove(transaction, participant.id);
    this.systemMessages.write(transaction, chat, {
      text: `${displayName(agent)} left the conversation.`,
      code: 'participant_left',
      agentId: agent.id,
      actorId,
    });
    const data = presentParticipant(participant);
    stream.append('participant_left', data);
    const seq = stream.head;
    transaction.stream(agentStream(agent.id)).appendMembership('chat_left', { chat_id: chat.id, seq, data });
    if (chat.member_count === 1 && chat.status === 'active') {
      await this.close(transaction, { ...chat, member_count: 0 });
    }
  }

  /** Event: `chat_closed`. */
  async close(transaction: StreamTransaction, chat: ChatRow): Promise<ChatRow> {
    const stream = transaction.stream(chatStream(chat.id));
    const slot = stream.nextSlot();
    await this.chats.setStatus(transaction, chat.id, 'closed', slot.time);
    const closed: ChatRow = { ...chat, status: 'closed', seq: slot.seq, tm_update: slot.time };
    stream.append('chat_closed', presentChat(closed), slot);
    return closed;
  }
}

const displayName = ({ name, username, id }: AgentRow): string =>
  name || username || `Agent ${id.slice(0, 8)}`;
