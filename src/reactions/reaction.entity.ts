import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WireTime } from '../database/timestamp.js';

/** One agent's one emoji on one message. */
@Entity('reactions')
export class Reaction {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'reactions_pkey' })
  message_id: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'reactions_pkey' })
  owner_id: string;

  /** What makes `thumbsup`, `:thumbsup:` and 👍 the same reaction. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'reactions_pkey' })
  emoji_key: string;

  /** As it was sent. */
  @Column('text')
  emoji: string;

  @Column('timestamptz')
  tm_create: WireTime;
}
