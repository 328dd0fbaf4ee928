import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AgentRole } from '../auth/directory.js';
import type { WireTime } from '../database/timestamp.js';

export type AgentStatus = 'active' | 'disabled';

/** A person who talks. Those that an identity provider brought have no username and password here. */
@Entity('agents')
@Check('agents_role_check', `role IN ('agent', 'admin')`)
@Check('agents_status_check', `status IN ('active', 'disabled')`)
@Index('agents_username_key', ['username'], { unique: true, where: 'tm_delete IS NULL' })
@Index('agents_customer_idx', ['customer_id', 'tm_create', 'id'])
export class Agent {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  customer_id: string;

  @Column('text', { nullable: true })
  username: string | null;

  /** argon2id, in PHC form. */
  @Column('text', { nullable: true })
  password_hash: string | null;

  @Column('text', { default: '' })
  name: string;

  @Column('text', { default: '' })
  detail: string;

  /** `null`: nobody set one here, so the token's claim counts. */
  @Column('text', { nullable: true })
  role: AgentRole | null;

  @Column('text', { default: 'active' })
  status: AgentStatus;

  @Column('timestamptz')
  tm_create: WireTime;

  @Column('timestamptz')
  tm_update: WireTime;

  @Column('timestamptz', { nullable: true })
  tm_delete: WireTime | null;
}
