import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';

/** An agent's present membership of a talk; the row goes when the agent leaves. */
@Entity('participants')
@Unique('participants_chat_owner_key', ['chat_id', 'owner_id'])
@Index('participants_owner_idx', ['owner_id', 'chat_id'])
export class Participant {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  customer_id: string;

  @Column('uuid')
  chat_id: string;

  @Column('text', { default: 'agent' })
  owner_type: 'agent';

  @Column('uuid')
  owner_id: string;

  @Column('timestamptz')
  tm_joined: WireTime;
}
