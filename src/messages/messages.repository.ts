import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Queryable, Transaction } from '../database/statements.js';
import { sqlWireTime, type WireTime } from '../database/timestamp.js';
import { pageSql, pageValues, type PageRequest } from '../http/page.js';
import { type Media, Message } from './message.entity.js';
import type { MessageRow } from './message.presenter.js';
import { columnsOf } from '../database/columns.js';

// Reactions are put together as text: PostgreSQL's own JSON functions would take twice the time of all the rest.
const COLUMNS = `
  ${columnsOf(Message, 'm')},
  coalesce((
    SELECT ('[' || string_agg(
      '{"emoji":' || to_json(r.emoji)::text || ',"owner_type":"agent","owner_id":"' || r.owner_id
        || '","tm_create":"' || ${sqlWireTime('r.tm_create')} || '"}',
      ',' ORDER BY r.tm_create
    ) || ']')::json
    FROM reactions r WHERE r.message_id = m.id
  ), '[]') AS reactions`;

/** What sets a new message apart; the rest is the same for all. */
type NewMessage = Omit<MessageRow, 'reply_count' | 'reactions' | 'tm_update' | 'tm_delete'>;

/** A message that is about to be made, as its row will be. */
export const newMessage = (message: NewMessage): MessageRow =>
  Object.assign(message, {
    reply_count: 0,
    reactions: [],
    tm_update: message.tm_create,
    tm_delete: null,
  });

/** Which of a talk's messages are meant; what is left out does not narrow. */
export interface MessageFilter {
  parent_id?: string;
  after_seq?: number;
  before_seq?: number;
}

/** A message, and the seq of its talk's newest event when it was read. */
type ReadMessageRow = MessageRow & { head: number };

/** All SQL on messages. */
@Injectable()
export class MessagesRepository {
  constructor(private readonly database: Database) {}

  /** The talk of a message: what never changes, so what may be read before its lock. */
  async findChatId(id: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ chat_id: string }>(
      'SELECT chat_id FROM messages WHERE id = $1',
      [id],
    );
    return row?.chat_id;
  }

  async find(id: string, queryable: Queryable = this.database): Promise<MessageRow | undefined> {
    const [row] = await queryable.query<MessageRow>(`SELECT ${COLUMNS} FROM messages m WHERE m.id = $1`, [
      id,
    ]);
    return row;
  }

  /** In the order of `ids`, each of which is there. */
  async findAll(queryable: Queryable, ids: string[]): Promise<MessageRow[]> {
    if (ids.length === 0) return [];
    const rows = await queryable.query<MessageRow>(
      `SELECT ${COLUMNS} FROM messages m WHERE m.id = ANY($1::uuid[])`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) as MessageRow);
  }

  /** The talk of each of these messages; those that are not there are left out. */
  async chatsOf(queryable: Queryable, ids: string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await queryable.query<{ id: string; chat_id: string }>(
      'SELECT id, chat_id FROM messages WHERE id = ANY($1::uuid[])',
      [ids],
    );
    return new Map(rows.map(({ id, chat_id }) => [id, chat_id]));
  }

  /**
   * One talk's messages and its head, of one moment: one row more than the page has, if there are as many; none
   * where the agent is not in the talk.
   */
  listOfChat(
    chatId: string,
    agentId: string,
    filter: MessageFilter,
    page: PageRequest,
  ): Promise<ReadMessageRow[]> {
    const { after, orderBy } = pageSql(page, 'm.tm_create', 'm.id');
    return this.database.query<ReadMessageRow>(
      `SELECT ${COLUMNS}, (SELECT max(seq) FROM events WHERE kind = 'chat' AND stream_id = $3) AS head
       FROM messages m
       WHERE EXISTS (
           SELECT FROM participants JOIN chats c ON c.id = chat_id
           WHERE chat_id = $3 AND participants.owner_id = $8 AND c.tm_delete IS NULL
         )
         AND m.chat_id = $3 AND ($4::uuid IS NULL OR m.parent_id = $4)
         AND ($5::bigint IS NULL OR m.seq > $5) AND ($6::bigint IS NULL OR m.seq < $6) AND ${after}
       ${orderBy} LIMIT $7`,
      [
        ...pageValues(page),
        chatId,
        filter.parent_id,
        filter.after_seq,
        filter.before_seq,
        page.size + 1,
        agentId,
      ],
    );
  }

  /** The messages of all talks that an agent is in; each talk gives as many as a page could need. */
  listOfAgent(agentId: string, parentId: string | undefined, page: PageRequest): Promise<MessageRow[]> {
    const { after, orderBy } = pageSql(page, 'm.tm_create', 'm.id');
    return this.database.query<MessageRow>(
      `SELECT ${COLUMNS} FROM participants p
       JOIN chats c ON c.id = p.chat_id AND c.tm_delete IS NULL
       CROSS JOIN LATERAL (
         SELECT * FROM messages m
         WHERE m.chat_id = p.chat_id AND ($4::uuid IS NULL OR m.parent_id = $4) AND ${after}
         ${orderBy} LIMIT $5
       ) m
       WHERE p.owner_id = $3
       ${orderBy} LIMIT $5`,
      [...pageValues(page), agentId, parentId, page.size + 1],
    );
  }

  insert(transaction: Transaction, messages: MessageRow[]): void {
    transaction.send(
      `INSERT INTO messages
         (id, customer_id, chat_id, seq, owner_type, owner_id, parent_id, type, text, medias, system,
          client_message_id, tm_create, tm_update)
       SELECT id, customer_id, chat_id, seq, owner_type, owner_id, parent_id, type, text, medias::jsonb,
              system::jsonb, client_message_id, (time || '+00')::timestamptz, (time || '+00')::timestamptz
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::uuid[], $7::uuid[],
                   $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
         AS m (id, customer_id, chat_id, seq, owner_type, owner_id, parent_id, type, text, medias, system,
               client_message_id, time)`,
      [
        messages.map(({ id }) => id),
        messages.map(({ customer_id }) => customer_id),
        messages.map(({ chat_id }) => chat_id),
        messages.map(({ seq }) => seq),
        messages.map(({ owner_type }) => owner_type),
        messages.map(({ owner_id }) => owner_id),
        messages.map(({ parent_id }) => parent_id),
        messages.map(({ type }) => type),
        messages.map(({ text }) => text),
        messages.map(({ medias }) => JSON.stringify(medias)),
        messages.map(({ system }) => system && JSON.stringify(system)),
        messages.map(({ client_message_id }) => client_message_id),
        messages.map(({ tm_create }) => tm_create),
      ],
    );
  }

  /** One more reply to each of these, as often as it is named. */
  countReplies(transaction: Transaction, parentIds: string[]): void {
    if (parentIds.length === 0) return;
    transaction.send(
      `UPDATE messages SET reply_count = reply_count + added.count
       FROM (SELECT id, count(*) FROM unnest($1::uuid[]) AS replied (id) GROUP BY id) added
       WHERE messages.id = added.id`,
      [parentIds],
    );
  }

  async update(
    queryable: Queryable,
    id: string,
    text: string,
    medias: Media[],
    time: WireTime,
  ): Promise<void> {
    await queryable.query(
      `UPDATE messages SET text = $2, medias = $3, tm_update = ($4 || '+00')::timestamptz WHERE id = $1`,
      [id, text, JSON.stringify(medias), time],
    );
  }

  async touch(queryable: Queryable, id: string, time: WireTime): Promise<void> {
    await queryable.query(`UPDATE messages SET tm_update = ($2 || '+00')::timestamptz WHERE id = $1`, [
      id,
      time,
    ]);
  }

  /** Leaves a tombstone, and takes text and medias out of the events that tell of the message. */
  async bury(queryable: Queryable, message: Message, time: WireTime): Promise<void> {
    await queryable.query(
      `UPDATE messages SET text = '', medias = '[]', tm_update = ($2 || '+00')::timestamptz,
                           tm_delete = ($2 || '+00')::timestamptz
       WHERE id = $1`,
      [message.id, time],
    );
    const erase = `UPDATE events SET payload = (payload::jsonb || '{"text": "", "medias": []}')::json
                   WHERE kind = 'chat' AND stream_id = $1`;
    await queryable.query(`${erase} AND seq = $2`, [message.chat_id, message.seq]);
    await queryable.query(`${erase} AND type = 'message_updated' AND payload ->> 'id' = $2`, [
      message.chat_id,
      message.id,
    ]);
  }
}
