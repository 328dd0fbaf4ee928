import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';

export type ChatType = 'normal' | 'group';
export type ChatStatus = 'active' | 'closed';

/** A talk: a conversation that has participants and messages. */
@Entity('chats')
@Check('chats_type_check', `type IN ('normal', 'group')`)
@Check('chats_status_check', `status IN ('active', 'closed')`)
export class Chat {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  customer_id: string;

  /** `normal` holds two participants, `group` many. */
  @Column('text')
  type: ChatType;

  @Column('text', { default: '' })
  name: string;

  @Column('text', { default: '' })
  detail: string;

  @Column('text', { default: 'active' })
  status: ChatStatus;

  /** The agent that created it. */
  @Column('uuid')
  owner_id: string;

  @Column('timestamptz')
  tm_create: WireTime;

  @Column('timestamptz')
  tm_update: WireTime;

  @Column('timestamptz', { nullable: true })
  tm_delete: WireTime | null;
}
