import type { WireTime } from '../database/timestamp.js';
import type { Chat, ChatStatus, ChatType } from './chat.entity.js';

/** A talk's row with what is counted from other tables. */
export interface ChatRow extends Chat {
  member_count: number;
  /** Head of its stream. */
  seq: number;
}

/** A talk on the wire. */
export interface ChatResource {
  id: string;
  customer_id: string;
  type: ChatType;
  name: string;
  detail: string;
  status: ChatStatus;
  owner_id: string;
  member_count: number;
  seq: number;
  tm_create: WireTime;
  tm_update: WireTime;
  /** `""` while not deleted. */
  tm_delete: WireTime;
}

export const presentChat = (chat: ChatRow): ChatResource => ({
  id: chat.id,
  customer_id: chat.customer_id,
  type: chat.type,
  name: chat.name,
  detail: chat.detail,
  status: chat.status,
  owner_id: chat.owner_id,
  member_count: chat.member_count,
  seq: chat.seq,
  tm_create: chat.tm_create,
  tm_update: chat.tm_update,
  tm_delete: chat.tm_delete ?? '',
});
