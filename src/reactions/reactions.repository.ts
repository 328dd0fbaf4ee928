import { Injectable } from '@nestjs/common';
import type { Queryable } from '../database/statements.js';
import type { WireTime } from '../database/timestamp.js';
import { Reaction } from './reaction.entity.js';
import { columnsOf } from '../database/columns.js';

const COLUMNS = columnsOf(Reaction);

/** All SQL on reactions. */
@Injectable()
export class ReactionsRepository {
  /** All reactions on a message. */
  listOf(queryable: Queryable, messageId: string): Promise<Reaction[]> {
    return queryable.query<Reaction>(`SELECT ${COLUMNS} FROM reactions WHERE message_id = $1`, [messageId]);
  }

  async insert(queryable: Queryable, reaction: Omit<Reaction, 'tm_create'>, time: WireTime): Promise<void> {
    await queryable.query(
      `INSERT INTO reactions (message_id, owner_id, emoji_key, emoji, tm_create)
       VALUES ($1, $2, $3, $4, ($5 || '+00')::timestamptz)`,
      [reaction.message_id, reaction.owner_id, reaction.emoji_key, reaction.emoji, time],
    );
  }

  async remove(queryable: Queryable, { message_id, owner_id, emoji_key }: Reaction): Promise<void> {
    await queryable.query(
      'DELETE FROM reactions WHERE message_id = $1 AND owner_id = $2 AND emoji_key = $3',
      [message_id, owner_id, emoji_key],
    );
  }
}
