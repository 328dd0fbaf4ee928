import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';

export type MessageType = 'normal' | 'system';
export type MessageOwnerType = 'agent' | 'system';

/** A link to a file that is kept elsewhere. */
export interface Media {
  /** MIME type. */
  type: string;
  url?: string;
  name?: string;
}

/** What a system message is about, for programs. */
export interface SystemNote {
  code: 'participant_joined' | 'participant_left';
  /** Who joined or left. */
  agent_id: string;
  /** Who brought it about. */
  actor_id: string;
}

@Entity('messages')
@Check('messages_type_check', `type IN ('normal', 'system')`)
@Check('messages_owner_type_check', `owner_type IN ('agent', 'system')`)
@Unique('messages_chat_seq_key', ['chat_id', 'seq'])
@Index('messages_chat_time_idx', ['chat_id', 'tm_create'])
@Index('messages_parent_idx', ['parent_id', 'tm_create'], { where: 'parent_id IS NOT NULL' })
export class Message {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  customer_id: string;

  @Column('uuid')
  chat_id: string;

  /** That of its `message_created` event in the talk's stream. */
  @Column('bigint')
  seq: number;

  @Column('text')
  owner_type: MessageOwnerType;

  @Column('uuid')
  owner_id: string;

  @Column('uuid', { nullable: true })
  parent_id: string | null;

  @Column('text')
  type: MessageType;

  @Column('text')
  text: string;

  @Column('jsonb', { default: [] })
  medias: Media[];

  /** The key that its author's client gave it. */
  @Column('text', { nullable: true })
  client_message_id: string | null;

  @Column('jsonb', { nullable: true })
  system: SystemNote | null;

  /** Direct replies, deleted ones too. */
  @Column('integer', { default: 0 })
  reply_count: number;

  @Column('timestamptz')
  tm_create: WireTime;

  @Column('timestamptz')
  tm_update: WireTime;

  @Column('timestamptz', { nullable: true })
  tm_delete: WireTime | null;
}
