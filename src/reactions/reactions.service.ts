import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import type { WireTime } from '../database/timestamp.js';
import { DomainError } from '../errors/domain-error.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { chatStream } from '../events/stream.js';
import { MessageAccess } from '../messages/message-access.js';
import {
  presentMessage,
  type MessageResource,
  type MessageRow,
  type ReactionChange,
} from '../messages/message.presenter.js';
import { MessagesRepository } from '../messages/messages.repository.js';
import { emojiKey } from './emoji.js';
import { EMOJI_EXPECTED } from './emoji.validator.js';
import type { Reaction } from './reaction.entity.js';
import { ReactionsRepository } from './reactions.repository.js';

const PER_AGENT = 20;
const DIFFERENT_EMOJI = 50;

/** Adding and taking away reactions. */
@Injectable()
export class ReactionsService {
  constructor(
    private readonly access: MessageAccess,
    private readonly messages: MessagesRepository,
    private readonly reactions: ReactionsRepository,
  ) {}

  /** Event: `reaction_added`; the same again changes nothing. */
  async add(messageId: string, emoji: string, caller: Principal): Promise<MessageResource> {
    const key = requireKey(emoji);
    return this.access.write(messageId, caller, async (transaction, message) => {
      const present = await this.reactions.listOf(transaction, messageId);
      if (findOwn(present, key, caller)) return presentMessage(message);
      requireRoom(present, key, caller);
      const stream = transaction.stream(chatStream(message.chat_id));
      const slot = stream.nextSlot();
      const reaction = { message_id: messageId, owner_id: caller.agentId, emoji_key: key, emoji };
      await this.reactions.insert(transaction, reaction, slot.time);
      stream.append('reaction_added', presentReaction({ ...reaction, tm_create: slot.time }), slot);
      return this.touch(transaction, message, slot.time);
    });
  }

  /** Event: `reaction_removed`; what is not there changes nothing. */
  async remove(messageId: string, emoji: string, caller: Principal): Promise<MessageResource> {
    const key = requireKey(emoji);
    return this.access.write(messageId, caller, async (transaction, message) => {
      const own = findOwn(await this.reactions.listOf(transaction, messageId), key, caller);
      if (!own) return presentMessage(message);
      const stream = transaction.stream(chatStream(message.chat_id));
      const slot = stream.nextSlot();
      await this.reactions.remove(transaction, own);
      stream.append('reaction_removed', presentReaction(own), slot);
      return this.touch(transaction, message, slot.time);
    });
  }

  /** The message as it stands after its reactions have changed. */
  private async touch(
    transaction: StreamTransaction,
    { id }: MessageRow,
    time: WireTime,
  ): Promise<MessageResource> {
    await this.messages.touch(transaction, id, time);
    const message = await this.messages.find(id, transaction);
    if (!message) throw new Error(`message ${id} is gone under its lock`);
    return presentMessage(message);
  }
}

function requireKey(emoji: string): string {
  const key = emojiKey(emoji);
  if (key === undefined) throw DomainError.invalid('emoji', EMOJI_EXPECTED);
  return key;
}

const findOwn = (present: Reaction[], key: string, { agentId }: Principal): Reaction | undefined =>
  present.find(({ owner_id, emoji_key }) => owner_id === agentId && emoji_key === key);

function requireRoom(present: Reaction[], key: string, { agentId }: Principal): void {
  if (present.filter(({ owner_id }) => owner_id === agentId).length >= PER_AGENT) {
    throw new DomainError('reaction_limit', `An agent can put ${PER_AGENT} reactions on a message.`);
  }
  const keys = new Set(present.map(({ emoji_key }) => emoji_key));
  if (!keys.has(key) && keys.size >= DIFFERENT_EMOJI) {
    throw new DomainError('reaction_limit', `A message can have ${DIFFERENT_EMOJI} different reactions.`);
  }
}

const presentReaction = ({ message_id, emoji, owner_id, tm_create }: Reaction): ReactionChange => ({
  message_id,
  emoji,
  owner_type: 'agent',
  owner_id,
  tm_create,
});
