import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';

/** The one row that a replica locks while it deletes old events. */
@Entity('retention')
@Check('retention_single_check', 'single')
export class RetentionRow {
  @PrimaryColumn('boolean', { default: true })
  single: boolean;

  /** Everything up to here that was to go has gone. */
  @Column('timestamptz')
  cleaned_to: WireTime;
}
