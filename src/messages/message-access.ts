import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import {
  messageNotFound,
  requireChatOfMessage,
  requireOpen,
  requireParticipant,
} from '../chats/chat.rules.js';
import { ChatsRepository } from '../chats/chats.repository.js';
import { DomainError } from '../errors/domain-error.js';
import { EventLog } from '../events/event-log.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { chatStream } from '../events/stream.js';
import type { MessageRow } from './message.presenter.js';
import { MessagesRepository } from './messages.repository.js';

/** Finds a message for a caller who may see it. */
@Injectable()
export class MessageAccess {
  constructor(
    private readonly log: EventLog,
    private readonly messages: MessagesRepository,
    private readonly chats: ChatsRepository,
  ) {}

  /** @throws DomainError `message_not_found`, `not_participant` */
  async read(id: string, caller: Principal): Promise<MessageRow> {
    const message = await this.messages.find(id);
    if (!message) throw messageNotFound();
    requireParticipant(requireChatOfMessage(await this.chats.find(message.chat_id, caller.agentId), caller));
    return message;
  }

  /**
   * Runs `work` under the lock of the message's talk, with the message as it stands then.
   * @throws DomainError also `talk_closed`, `message_deleted`
   */
  async write<Result>(
    id: string,
    caller: Principal,
    work: (transaction: StreamTransaction, message: MessageRow) => Promise<Result>,
  ): Promise<Result> {
    const chatId = await this.messages.findChatId(id);
    if (!chatId) throw messageNotFound();
    return this.log.write([chatStream(chatId)], async (transaction) => {
      const chat = requireChatOfMessage(await this.chats.find(chatId, caller.agentId, transaction), caller);
      requireParticipant(chat);
      requireOpen(chat);
      const message = await this.messages.find(id, transaction);
      if (!message) throw messageNotFound();
      if (message.tm_delete) throw new DomainError('message_deleted', 'The message is deleted.');
      return work(transaction, message);
    });
  }
}
