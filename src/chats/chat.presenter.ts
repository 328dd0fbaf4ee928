import type { WireTime } from '../database/timestamp.js';
import { CountField, IdField, OpenTimeField, TextField, TimeField, WordField } from '../http/fields.js';
import type { Chat, ChatStatus, ChatType } from './chat.entity.js';

/** A talk's row with what is counted from other tables. */
export interface ChatRow extends Chat {
  member_count: number;
  /** Head of its stream. */
  seq: number;
}

/** A talk on the wire. */
export class ChatResource {
  @IdField()
  id: string;

  @IdField()
  customer_id: string;

  @WordField(['normal', 'group'], { description: '`normal` holds two participants, `group` many.' })
  type: ChatType;

  @TextField({ example: 'Support' })
  name: string;

  @TextField({ example: '' })
  detail: string;

  @WordField(['active', 'closed'])
  status: ChatStatus;

  @IdField({ description: 'The agent that created it.' })
  owner_id: string;

  @CountField({ example: 2 })
  member_count: number;

  @CountField({ description: 'That of its newest event; 0 where there is none.', example: 42 })
  seq: number;

  @TimeField()
  tm_create: WireTime;

  @TimeField()
  tm_update: WireTime;

  @OpenTimeField('`""` while not deleted.')
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
