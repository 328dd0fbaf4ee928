import { Injectable } from '@nestjs/common';
import { newId } from '../http/uuid.js';
import { SystemMessages, type SystemNotice } from '../chats/system-messages.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { chatStream } from '../events/stream.js';
import { presentMessage } from './message.presenter.js';
import { MessagesRepository, newMessage } from './messages.repository.js';

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** System messages, kept as messages like any other. */
@Injectable()
export class StoredSystemMessages extends SystemMessages {
  constructor(private readonly messages: MessagesRepository) {
    super();
  }

  write(
    transaction: StreamTransaction,
    chat: { id: string; customer_id: string },
    { text, code, agentId, actorId }: SystemNotice,
  ): void {
    const stream = transaction.stream(chatStream(chat.id));
    const slot = stream.nextSlot();
    const message = newMessage({
      id: newId(),
      customer_id: chat.customer_id,
      chat_id: chat.id,
      seq: slot.seq,
      owner_type: 'system',
      owner_id: NIL_UUID,
      parent_id: null,
      type: 'system',
      text,
      medias: [],
      system: { code, agent_id: agentId, actor_id: actorId },
      client_message_id: null,
      tm_create: slot.time,
    });
    this.messages.insert(transaction, [message]);
    stream.append('message_created', presentMessage(message), slot);
  }
}
