import { Injectable } from '@nestjs/common';
import { newId } from '../http/uuid.js';
import { Database } from '../database/database.js';
import type { Queryable } from '../database/statements.js';
import type { WireTime } from '../database/timestamp.js';
import { Participant } from './participant.entity.js';
import { columnsOf } from '../database/columns.js';

const COLUMNS = columnsOf(Participant);

/** All SQL on who is in a talk. */
@Injectable()
export class ParticipantsRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  listOf(chatId: string): Promise<Participant[]> {
    return this.database.query<Participant>(
      `SELECT ${COLUMNS} FROM participants WHERE chat_id = $1 ORDER BY tm_joined, id`,
      [chatId],
    );
  }

  /** An agent's memberships, in the order of their talks' ids. */
  listOfAgent(agentId: string, most: number, queryable: Queryable = this.database): Promise<Participant[]> {
    return queryable.query<Participant>(
      `SELECT ${COLUMNS} FROM participants WHERE owner_id = $1 ORDER BY chat_id LIMIT $2`,
      [agentId, most],
    );
  }

  async find(
    chatId: string,
    id: string,
    queryable: Queryable = this.database,
  ): Promise<Participant | undefined> {
    const [row] = await queryable.query<Participant>(
      `SELECT ${COLUMNS} FROM participants WHERE chat_id = $1 AND id = $2`,
      [chatId, id],
    );
    return row;
  }

  async isIn(queryable: Queryable, chatId: string, agentId: string): Promise<boolean> {
    const rows = await queryable.query('SELECT 1 FROM participants WHERE chat_id = $1 AND owner_id = $2', [
      chatId,
      agentId,
    ]);
    return rows.length > 0;
  }

  /** Puts these agents in, in the order given. */
  insert(
    queryable: Queryable,
    chat: { id: string; customer_id: string },
    agentIds: string[],
    time: WireTime,
  ): Promise<Participant[]> {
    return queryable.query<Participant>(
      `INSERT INTO participants (id, customer_id, chat_id, owner_id, tm_joined)
       SELECT p.id, $3, $4, p.owner_id, ($5 || '+00')::timestamptz
       FROM unnest($1::uuid[], $2::uuid[]) AS p (id, owner_id)
       RETURNING ${COLUMNS}`,
      [agentIds.map(() => newId()), agentIds, chat.customer_id, chat.id, time],
    );
  }

  async remove(queryable: Queryable, id: string): Promise<void> {
    await queryable.query('DELETE FROM participants WHERE id = $1', [id]);
  }
}
