import { Inject, Injectable } from '@nestjs/common';
import { AgentsRepository } from '../agents/agents.repository.js';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { EventLog } from '../events/event-log.js';
import { agentStream, chatStream } from '../events/stream.js';
import { AddParticipantDto } from './chat.dto.js';
import type { ChatRow } from './chat.presenter.js';
import { requireChat, requireOpen, requireParticipantOrAdmin } from './chat.rules.js';
import { ChatsRepository } from './chats.repository.js';
import { Membership } from './membership.js';
import { presentParticipant, type ParticipantResource } from './participant.presenter.js';
import { ParticipantsRepository } from './participants.repository.js';

/** Who is in a talk: listing, adding, removing. */
@Injectable()
export class ParticipantsService {
  constructor(
    private readonly log: EventLog,
    private readonly chats: ChatsRepository,
    private readonly participants: ParticipantsRepository,
    private readonly agents: AgentsRepository,
    private readonly membership: Membership,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  async list(chatId: string, caller: Principal): Promise<ParticipantResource[]> {
    requireParticipantOrAdmin(requireChat(await this.chats.find(chatId, caller.agentId), caller), caller);
    return (await this.participants.listOf(chatId)).map(presentParticipant);
  }

  async add(chatId: string, dto: AddParticipantDto, caller: Principal): Promise<ParticipantResource> {
    const agentId = namedAgent(dto);
    return this.log.write([chatStream(chatId), agentStream(agentId)], async (transaction) => {
      const chat = requireChat(await this.chats.find(chatId, caller.agentId, transaction), caller);
      requireParticipantOrAdmin(chat, caller);
      requireOpen(chat);
      const [agent] = await this.agents.findOfCustomer(transaction, [agentId], caller.customerId);
      if (!agent) throw new DomainError('agent_not_found', `There is no agent ${agentId}.`);
      if (await this.participants.isIn(transaction, chatId, agentId)) {
        throw new DomainError('participant_exists', 'The agent is a participant already.');
      }
      this.requireRoom(chat);
      return presentParticipant(await this.membership.join(transaction, chat, agent, caller.agentId));
    });
  }

  /** An agent may always leave by itself; a closed talk keeps everyone else in. */
  async remove(chatId: string, id: string, caller: Principal): Promise<ParticipantResource> {
    // Which agent's stream to lock; whether it is still a participant is checked under the lock.
    const agentId = (await this.participants.find(chatId, id))?.owner_id ?? caller.agentId;
    return this.log.write([chatStream(chatId), agentStream(agentId)], async (transaction) => {
      const chat = requireChat(await this.chats.find(chatId, caller.agentId, transaction), caller);
      requireParticipantOrAdmin(chat, caller);
      const participant = await this.participants.find(chatId, id, transaction);
      if (participant?.owner_id !== agentId) {
        throw new DomainError('participant_not_found', 'The talk has no such participant.');
      }
      if (agentId !== caller.agentId) requireOpen(chat);
      const agent = await this.agents.find(agentId, transaction);
      if (!agent) throw new Error(`agent ${agentId} is a participant but unknown`);
      await this.membership.leave(transaction, chat, participant, agent, caller.agentId);
      return presentParticipant(participant);
    });
  }

  private requireRoom({ type, member_count }: ChatRow): void {
    const most = type === 'normal' ? 2 : this.settings.maxParticipants;
    if (member_count >= most)
      throw new DomainError('talk_full', `A ${type} talk has at most ${most} participants.`);
  }
}

function namedAgent({ owner_id, agent_id }: AddParticipantDto): string {
  const [agentId, ...more] = [owner_id, agent_id].filter((id) => id !== undefined);
  if (agentId === undefined) throw DomainError.invalid('owner_id', 'must be a UUID');
  if (more.length > 0) throw DomainError.invalid('agent_id', 'cannot go with owner_id; give one of them');
  return agentId;
}
