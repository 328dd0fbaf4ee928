import { Entity, PrimaryColumn } from 'typeorm';
import type { StreamKind } from './stream.js';

/** What writers lock, so that a stream's events have one order. Never updated. */
@Entity('streams')
export class StreamRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'streams_pkey' })
  kind: StreamKind;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'streams_pkey' })
  id: string;
}
