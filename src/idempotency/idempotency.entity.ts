import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';

/** A key that an agent sent with a write, and what came of it. */
@Entity('idempotency')
@Index('idempotency_time_idx', ['tm_create'])
export class IdempotencyRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'idempotency_pkey' })
  agent_id: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_pkey' })
  key: string;

  /** Of the call and its body: the same key with another is a mistake. */
  @Column('bytea')
  fingerprint: Buffer;

  /** The talk or message that was made. */
  @Column('uuid')
  resource_id: string;

  @Column('timestamptz')
  tm_create: WireTime;
}
