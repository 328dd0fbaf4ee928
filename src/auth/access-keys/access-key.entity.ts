import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { WireTime } from '../../database/timestamp.js';

/** A long-lived token that acts as the agent that made it. */
@Entity('access_keys')
@Unique('access_keys_token_hash_key', ['token_hash'])
@Index('access_keys_agent_idx', ['agent_id', 'tm_create', 'id'])
export class AccessKey {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid')
  customer_id: string;

  @Column('uuid')
  agent_id: string;

  @Column('text')
  name: string;

  /** The first characters, by which people tell their keys apart. */
  @Column('text')
  token_prefix: string;

  /** SHA-256: the token is random and long, so nothing slower is needed. */
  @Column('bytea')
  token_hash: Buffer;

  /** `null`: it never ends by itself. */
  @Column('timestamptz', { nullable: true })
  tm_expire: WireTime | null;

  @Column('timestamptz')
  tm_create: WireTime;

  @Column('timestamptz')
  tm_update: WireTime;

  @Column('timestamptz', { nullable: true })
  tm_delete: WireTime | null;
}
