import type { WireTime } from '../database/timestamp.js';
import type { Media, Message, MessageOwnerType, MessageType, SystemNote } from './message.entity.js';

/** A reaction as a message shows it. */
interface ReactionResource {
  emoji: string;
  owner_type: 'agent';
  owner_id: string;
  tm_create: WireTime;
}

/** A message's row with its reactions, oldest first. */
export interface MessageRow extends Message {
  reactions: ReactionResource[];
}

/** A message on the wire. */
export interface MessageResource {
  id: string;
  customer_id: string;
  owner_type: MessageOwnerType;
  owner_id: string;
  chat_id: string;
  /** Left out at top level. */
  parent_id?: string;
  type: MessageType;
  text: string;
  medias: Media[];
  metadata: { reactions: ReactionResource[]; system?: SystemNote };
  seq: number;
  reply_count: number;
  /** Left out where its author gave none. */
  client_message_id?: string;
  tm_create: WireTime;
  tm_update: WireTime;
  /** `""` while not deleted. */
  tm_delete: WireTime;
}

export const presentMessage = (message: MessageRow): MessageResource => ({
  id: message.id,
  customer_id: message.customer_id,
  owner_type: message.owner_type,
  owner_id: message.owner_id,
  chat_id: message.chat_id,
  ...(message.parent_id && { parent_id: message.parent_id }),
  type: message.type,
  text: message.text,
  medias: message.medias,
  metadata: { reactions: message.reactions, ...(message.system && { system: message.system }) },
  seq: message.seq,
  reply_count: message.reply_count,
  ...(message.client_message_id !== null && { client_message_id: message.client_message_id }),
  tm_create: message.tm_create,
  tm_update: message.tm_update,
  tm_delete: message.tm_delete ?? '',
});
