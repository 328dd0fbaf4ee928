import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { newId } from '../http/uuid.js';
import type { Principal } from '../auth/principal.js';
import { requireChat, requireParticipant } from '../chats/chat.rules.js';
import { ChatsRepository } from '../chats/chats.repository.js';
import { DomainError } from '../errors/domain-error.js';
import { chatStream } from '../events/stream.js';
import { pageRequest, toPage, type PageRequest } from '../http/page.js';
import { agreedKey } from '../idempotency/idempotency-key.js';
import { MessageAccess } from './message-access.js';
import { CreateMessageDto, ListMessagesQuery, UpdateMessageDto } from './message.dto.js';
import type { Media } from './message.entity.js';
import type { MessagePage } from './message.page.js';
import { presentMessage, type MessageResource, type MessageRow } from './message.presenter.js';
import { MessagesRepository, type MessageFilter } from './messages.repository.js';
import { currentOrigin } from '../ops/origin.js';
import { countSend } from './send-counts.js';
import { SendQueue } from './send-queue.js';

/** Sending, reading, editing and deleting messages. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly queue: SendQueue,
    private readonly messages: MessagesRepository,
    private readonly chats: ChatsRepository,
    private readonly access: MessageAccess,
  ) {}

  /** Event: `message_created`. A key that the agent has used returns what it made, as it now stands. */
  send(dto: CreateMessageDto, caller: Principal, idempotencyKey?: string): Promise<MessageResource> {
    const id = newId();
    return countSend(id, this.queueSend(id, dto, caller, idempotencyKey));
  }

  private async queueSend(
    id: string,
    dto: CreateMessageDto,
    caller: Principal,
    idempotencyKey?: string,
  ): Promise<MessageResource> {
    const { chat_id, parent_id, text = '', medias = [], client_message_id } = dto;
    requireContent(text, medias);
    return this.queue.send({
      id,
      chatId: chat_id,
      caller,
      content: { parent_id, text, medias, client_message_id },
      write: {
        agentId: caller.agentId,
        key: agreedKey(idempotencyKey, client_message_id),
        request: { call: 'message_create', chat_id, parent_id, text, medias },
        resourceId: id,
      },
      origin: currentOrigin(),
    });
  }

  async get(id: string, caller: Principal): Promise<MessageResource> {
    return presentMessage(await this.access.read(id, caller));
  }

  async list({ chat_id, ...query }: ListMessagesQuery, caller: Principal): Promise<MessagePage> {
    const page = pageRequest(query, 'asc');
    if (!chat_id) {
      requireNoSeq(query);
      const rows = await this.messages.listOfAgent(caller.agentId, query.parent_id, page);
      return toPage(rows, page.size, presentMessage);
    }
    const rows = await this.messages.listOfChat(chat_id, caller.agentId, query, page);
    const { head } = rows[0] ?? {};
    if (head === undefined) return this.listWhereNone(chat_id, caller, query, page);
    return { ...toPage(rows, page.size, presentMessage), seq: head };
  }

  /** Why nothing was found: the talk is not to be read, or empty; unless there is something by now. */
  private async listWhereNone(
    chatId: string,
    caller: Principal,
    filter: MessageFilter,
    page: PageRequest,
  ): Promise<MessagePage> {
    const chat = requireChat(await this.chats.find(chatId, caller.agentId), caller);
    requireParticipant(chat);
    const rows = await this.messages.listOfChat(chatId, caller.agentId, filter, page);
    // What is not there now was not there a moment ago: messages are never taken away.
    return { ...toPage(rows, page.size, presentMessage), seq: rows[0]?.head ?? chat.seq };
  }

  /** Event: `message_updated`, unless nothing changes. */
  async update(id: string, dto: UpdateMessageDto, caller: Principal): Promise<MessageResource> {
    if (dto.text === undefined && dto.medias === undefined)
      throw DomainError.invalid('text', 'or medias is required');
    return this.access.write(id, caller, async (transaction, message) => {
      requireAuthor(message, caller);
      const { text = message.text, medias = message.medias } = dto;
      requireContent(text, medias);
      if (text === message.text && isDeepStrictEqual(medias, message.medias)) {
        return presentMessage(message);
      }
      const stream = transaction.stream(chatStream(message.chat_id));
      const slot = stream.nextSlot();
      await this.messages.update(transaction, id, text, medias, slot.time);
      const resource = presentMessage({ ...message, text, medias, tm_update: slot.time });
      stream.append('message_updated', resource, slot);
      return resource;
    });
  }

  /** Soft: a tombstone stays, so that the thread does. Event: `message_deleted`. */
  async delete(id: string, caller: Principal): Promise<MessageResource> {
    return this.access.write(id, caller, async (transaction, message) => {
      requireAuthor(message, caller);
      const stream = transaction.stream(chatStream(message.chat_id));
      const slot = stream.nextSlot();
      await this.messages.bury(transaction, message, slot.time);
      const { time } = slot;
      const resource = presentMessage({ ...message, text: '', medias: [], tm_update: time, tm_delete: time });
      stream.append('message_deleted', resource, slot);
      return resource;
    });
  }
}

function requireContent(text: string, medias: Media[]): void {
  if (text === '' && medias.length === 0)
    throw DomainError.invalid('text', 'must not be empty without medias');
}

/** Seqs of different talks cannot be compared. */
function requireNoSeq({ after_seq, before_seq }: ListMessagesQuery): void {
  if (after_seq !== undefined) throw DomainError.invalid('after_seq', 'needs a chat_id');
  if (before_seq !== undefined) throw DomainError.invalid('before_seq', 'needs a chat_id');
}

function requireAuthor({ owner_type, owner_id }: MessageRow, { agentId }: Principal): void {
  if (owner_type !== 'agent' || owner_id !== agentId) {
    throw new DomainError('not_author', 'Only the author of the message may do this.');
  }
}
