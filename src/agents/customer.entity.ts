import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';

/** A tenant: everything else belongs to exactly one. */
@Entity('customers')
export class Customer {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text', { default: '' })
  name: string;

  @Column('timestamptz')
  tm_create: WireTime;

  @Column('timestamptz')
  tm_update: WireTime;

  @Column('timestamptz', { nullable: true })
  tm_delete: WireTime | null;
}
