import { Injectable } from '@nestjs/common';
import { AgentsRepository } from '../agents/agents.repository.js';
import type { Principal } from '../auth/principal.js';
import { DomainError } from '../errors/domain-error.js';
import { EventLog } from '../events/event-log.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { agentStream, chatStream, type StreamKey } from '../events/stream.js';
import { pageRequest, toPage, type Page } from '../http/page.js';
import { ListChatsQuery, UpdateChatDto } from './chat.dto.js';
import { presentChat, type ChatResource, type ChatRow } from './chat.presenter.js';
import {
  isCreatorOrAdmin,
  requireChat,
  requireCreatorOrAdmin,
  requireOpen,
  requireParticipant,
  requireParticipantOrAdmin,
} from './chat.rules.js';
import { ChatsRepository, type ChatForAgent } from './chats.repository.js';
import { Membership } from './membership.js';

/** A talk's life after its creation. */
@Injectable()
export class ChatsService {
  constructor(
    private readonly log: EventLog,
    private readonly chats: ChatsRepository,
    private readonly agents: AgentsRepository,
    private readonly membership: Membership,
  ) {}

  async get(id: string, caller: Principal): Promise<ChatResource> {
    const chat = requireChat(await this.chats.find(id, caller.agentId), caller);
    requireParticipantOrAdmin(chat, caller);
    return presentChat(chat);
  }

  async list(query: ListChatsQuery, caller: Principal): Promise<Page<ChatResource>> {
    const page = pageRequest(query, 'desc');
    return toPage(await this.chats.listOf(caller.agentId, query.status, page), page.size, presentChat);
  }

  /** Event: `chat_updated`, unless nothing changes. */
  async update(id: string, dto: UpdateChatDto, caller: Principal): Promise<ChatResource> {
    if (dto.name === undefined && dto.detail === undefined)
      throw DomainError.invalid('name', 'or detail is required');
    return this.write(id, caller, async (transaction, chat) => {
      requireParticipantOrAdmin(chat, caller);
      requireOpen(chat);
      const { name = chat.name, detail = chat.detail } = dto;
      if (name === chat.name && detail === chat.detail) return chat;
      const stream = transaction.stream(chatStream(id));
      const slot = stream.nextSlot();
      await this.chats.update(transaction, id, { name, detail }, slot.time);
      const updated = { ...chat, name, detail, seq: slot.seq, tm_update: slot.time };
      stream.append('chat_updated', presentChat(updated), slot);
      return updated;
    });
  }

  /** Soft. Event: `chat_deleted`, the last that its participants see. */
  async delete(id: string, caller: Principal): Promise<ChatResource> {
    return this.write(id, caller, async (transaction, chat) => {
      requireCreatorOrAdmin(chat, caller);
      requireOpen(chat);
      const stream = transaction.stream(chatStream(id));
      const slot = stream.nextSlot();
      await this.chats.markDeleted(transaction, id, slot.time);
      const deleted = { ...chat, seq: slot.seq, tm_update: slot.time, tm_delete: slot.time };
      stream.append('chat_deleted', presentChat(deleted), slot);
      return deleted;
    });
  }

  /** Event: `chat_closed`, unless it is closed already. */
  async close(id: string, caller: Principal): Promise<ChatResource> {
    return this.write(id, caller, async (transaction, chat) => {
      if (!isCreatorOrAdmin(chat, caller)) requireParticipant(chat);
      return chat.status === 'closed' ? chat : this.membership.close(transaction, chat);
    });
  }

  /** Event: `chat_reopened`, unless it is open. A creator or admin who reopens an empty talk joins it. */
  async reopen(id: string, caller: Principal): Promise<ChatResource> {
    const ownStream = agentStream(caller.agentId);
    return this.write(
      id,
      caller,
      async (transaction, chat) => {
        if (!isCreatorOrAdmin(chat, caller)) requireParticipant(chat);
        if (chat.status === 'active') return chat;
        const stream = transaction.stream(chatStream(id));
        const slot = stream.nextSlot();
        await this.chats.setStatus(transaction, id, 'active', slot.time);
        const reopened: ChatRow = { ...chat, status: 'active', seq: slot.seq, tm_update: slot.time };
        stream.append('chat_reopened', presentChat(reopened), slot);
        return chat.member_count > 0 ? reopened : this.joinEmpty(transaction, reopened, caller);
      },
      [ownStream],
    );
  }

  private async joinEmpty(
    transaction: StreamTransaction,
    chat: ChatRow,
    caller: Principal,
  ): Promise<ChatRow> {
    const agent = await this.agents.find(caller.agentId, transaction);
    if (!agent) throw new Error(`agent ${caller.agentId} is calling but unknown`);
    await this.membership.join(transaction, chat, agent, caller.agentId);
    return { ...chat, member_count: 1, seq: transaction.stream(chatStream(chat.id)).head };
  }

  /** Locks the talk, then finds it: what `work` sees stays so until the commit. */
  private async write(
    id: string,
    caller: Principal,
    work: (transaction: StreamTransaction, chat: ChatForAgent) => Promise<ChatRow>,
    alsoLocked: StreamKey[] = [],
  ): Promise<ChatResource> {
    const chat = await this.log.write([chatStream(id), ...alsoLocked], async (transaction) =>
      work(transaction, requireChat(await this.chats.find(id, caller.agentId, transaction), caller)),
    );
    return presentChat(chat);
  }
}
