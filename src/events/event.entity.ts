import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';
import type { StreamKind } from './stream.js';

/** One change, at its place in its stream; written in the transaction of the change itself. */
@Entity('events')
@Index('events_time_idx', ['tm_create'])
export class EventRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'events_pkey' })
  kind: StreamKind;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'events_pkey' })
  stream_id: string;

  /** 1, 2, 3 … without a gap. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'events_pkey' })
  seq: number;

  @Column('text')
  type: string;

  @Column('json')
  payload: unknown;

  @Column('timestamptz')
  tm_create: WireTime;
}
