import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../http/uuid.js';
import { AgentsRepository } from '../agents/agents.repository.js';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { formatMicros } from '../database/timestamp.js';
import { DomainError } from '../errors/domain-error.js';
import { EventLog } from '../events/event-log.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { agentStream, chatStream } from '../events/stream.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { CreateChatDto } from './chat.dto.js';
import type { ChatType } from './chat.entity.js';
import { presentChat, type ChatResource, type ChatRow } from './chat.presenter.js';
import { ChatsRepository } from './chats.repository.js';
import { ParticipantsRepository } from './participants.repository.js';

/** Creates talks with their first participants: all or nothing. */
@Injectable()
export class ChatCreationService {
  constructor(
    private readonly log: EventLog,
    private readonly chats: ChatsRepository,
    private readonly participants: ParticipantsRepository,
    private readonly agents: AgentsRepository,
    private readonly idempotency: Idempotency,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /**
   * The caller joins by itself. The talk's own stream gets no event; each participant's gets
   * `chat_joined`. A key that the agent has used returns what it made, as it now stands.
   */
  async create(dto: CreateChatDto, caller: Principal, idempotencyKey?: string): Promise<ChatResource> {
    const members = [caller.agentId, ...othersIn(dto, caller.agentId)];
    const type = this.typeFor(dto.type, members.length);
    const id = newId();
    const { name = '', detail = '' } = dto;
    const write = {
      agentId: caller.agentId,
      key: idempotencyKey,
      request: { call: 'chat_create', type, name, detail, members: members.toSorted() },
      resourceId: id,
    };
    return this.log.write(members.map(agentStream), async (transaction) => {
      const earlier = await this.idempotency.claim(transaction, write);
      if (earlier) return this.reread(transaction, earlier, caller);
      await this.requireAgents(transaction, members, caller.customerId);
      const chat = await this.insert(transaction, { id, type, name, detail }, members, caller);
      const data = presentChat(chat);
      for (const member of members) {
        transaction
          .stream(agentStream(member))
          .appendMembership('chat_joined', { chat_id: chat.id, seq: 0, data });
      }
      return data;
    });
  }

  private async reread(transaction: StreamTransaction, id: string, caller: Principal): Promise<ChatResource> {
    const chat = await this.chats.findEvenDeleted(id, caller.agentId, transaction);
    if (!chat) throw new Error(`talk ${id} was made, but is not there`);
    return presentChat(chat);
  }

  private typeFor(asked: CreateChatDto['type'], memberCount: number): ChatType {
    const type = asked === 'direct' ? 'normal' : (asked ?? (memberCount <= 2 ? 'normal' : 'group'));
    const most = type === 'normal' ? 2 : this.settings.maxParticipants;
    if (memberCount > most) {
      throw new DomainError(
        'talk_full',
        `A ${type} talk has at most ${most} participants, its creator included.`,
      );
    }
    return type;
  }

  private async requireAgents(
    transaction: StreamTransaction,
    ids: string[],
    customerId: string,
  ): Promise<void> {
    const found = new Set(
      (await this.agents.findOfCustomer(transaction, ids, customerId)).map(({ id }) => id),
    );
    const missing = ids.find((id) => !found.has(id));
    if (missing) throw new DomainError('agent_not_found', `There is no agent ${missing}.`);
  }

  private async insert(
    transaction: StreamTransaction,
    content: { id: string; type: ChatType; name: string; detail: string },
    members: string[],
    { agentId, customerId }: Principal,
  ): Promise<ChatRow> {
    const { time: micros } = transaction.stream(agentStream(agentId));
    const time = formatMicros(micros);
    const chat = { ...content, customer_id: customerId, owner_id: agentId, tm_create: time };
    await this.chats.insert(transaction, chat);
    transaction.createStream(chatStream(chat.id), micros);
    await this.participants.insert(transaction, chat, members, time);
    return {
      ...chat,
      status: 'active',
      member_count: members.length,
      seq: 0,
      tm_update: time,
      tm_delete: null,
    };
  }
}

/** The agents named, without repeats and without the creator. */
function othersIn({ participants, participant_ids }: CreateChatDto, creator: string): string[] {
  if (participants && participant_ids) {
    throw DomainError.invalid('participant_ids', 'cannot go with participants; give one of them');
  }
  const named = participants?.map(({ owner_id }) => owner_id) ?? participant_ids ?? [];
  return [...new Set(named)].filter((id) => id !== creator);
}
