import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Queryable } from '../database/statements.js';
import type { WireTime } from '../database/timestamp.js';
import { pageSql, pageValues, type PageRequest } from '../http/page.js';
import { Chat, type ChatStatus } from './chat.entity.js';
import type { ChatRow } from './chat.presenter.js';
import { columnsOf } from '../database/columns.js';

/** A talk as one agent meets it. */
export type ChatForAgent = ChatRow & { participates: boolean };

/** What of a talk decides whether an agent may send to it. */
export type ChatForSending = Pick<Chat, 'id' | 'customer_id' | 'owner_id' | 'status'> & {
  participates: boolean;
};

const COLUMNS = `
  ${columnsOf(Chat, 'c')},
  (SELECT count(*) FROM participants WHERE chat_id = c.id) AS member_count,
  (SELECT coalesce(max(seq), 0) FROM events WHERE kind = 'chat' AND stream_id = c.id) AS seq`;

/** All SQL on talks. Deleted ones are not found, unless it is said. */
@Injectable()
export class ChatsRepository {
  constructor(private readonly database: Database) {}

  async find(
    id: string,
    agentId: string,
    queryable: Queryable = this.database,
  ): Promise<ChatForAgent | undefined> {
    const chat = await this.findEvenDeleted(id, agentId, queryable);
    return chat?.tm_delete ? undefined : chat;
  }

  async findEvenDeleted(
    id: string,
    agentId: string,
    queryable: Queryable,
  ): Promise<ChatForAgent | undefined> {
    const [row] = await queryable.query<ChatForAgent>(
      `SELECT ${COLUMNS},
              EXISTS (SELECT FROM participants WHERE chat_id = c.id AND owner_id = $2) AS participates
       FROM chats c WHERE c.id = $1`,
      [id, agentId],
    );
    return row;
  }

  /** Of these talks and agents, by position, what decides who may send; deleted talks are left out. */
  async findForSending(
    queryable: Queryable,
    askers: { chatId: string; agentId: string }[],
  ): Promise<(ChatForSending | undefined)[]> {
    const rows = await queryable.query<ChatForSending & { place: number }>(
      `SELECT a.place, c.id, c.customer_id, c.owner_id, c.status,
              EXISTS (SELECT FROM participants WHERE chat_id = c.id AND owner_id = a.agent_id) AS participates
       FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS a (chat_id, agent_id, place)
       JOIN chats c ON c.id = a.chat_id
       WHERE c.tm_delete IS NULL`,
      [askers.map(({ chatId }) => chatId), askers.map(({ agentId }) => agentId)],
    );
    const found: (ChatForSending | undefined)[] = askers.map(() => undefined);
    for (const row of rows) found[row.place - 1] = row;
    return found;
  }

  /** The talks that an agent is in: one row more than the page has, if there are as many. */
  listOf(agentId: string, status: ChatStatus | undefined, page: PageRequest): Promise<ChatRow[]> {
    const { after, orderBy } = pageSql(page, 'c.tm_create', 'c.id');
    return this.database.query<ChatRow>(
      `SELECT ${COLUMNS} FROM participants p JOIN chats c ON c.id = p.chat_id
       WHERE p.owner_id = $3 AND c.tm_delete IS NULL AND ($4::text IS NULL OR c.status = $4) AND ${after}
       ${orderBy} LIMIT $5`,
      [...pageValues(page), agentId, status, page.size + 1],
    );
  }

  async insert(queryable: Queryable, chat: Omit<Chat, 'tm_update' | 'tm_delete' | 'status'>): Promise<void> {
    await queryable.query(
      `INSERT INTO chats (id, customer_id, type, name, detail, owner_id, tm_create, tm_update)
       VALUES ($1, $2, $3, $4, $5, $6, ($7 || '+00')::timestamptz, ($7 || '+00')::timestamptz)`,
      [chat.id, chat.customer_id, chat.type, chat.name, chat.detail, chat.owner_id, chat.tm_create],
    );
  }

  async update(
    queryable: Queryable,
    id: string,
    { name, detail }: Pick<Chat, 'name' | 'detail'>,
    time: WireTime,
  ): Promise<void> {
    await queryable.query(
      `UPDATE chats SET name = $2, detail = $3, tm_update = ($4 || '+00')::timestamptz WHERE id = $1`,
      [id, name, detail, time],
    );
  }

  async setStatus(queryable: Queryable, id: string, status: ChatStatus, time: WireTime): Promise<void> {
    await queryable.query(
      `UPDATE chats SET status = $2, tm_update = ($3 || '+00')::timestamptz WHERE id = $1`,
      [id, status, time],
    );
  }

  async markDeleted(queryable: Queryable, id: string, time: WireTime): Promise<void> {
    await queryable.query(
      `UPDATE chats SET tm_update = ($2 || '+00')::timestamptz, tm_delete = ($2 || '+00')::timestamptz WHERE id = $1`,
      [id, time],
    );
  }
}
