import { query } from '../servers.js';

/** Within the time that events are kept, and in the order of seq. */
const MESSAGES = `
  INSERT INTO messages
    (id, customer_id, chat_id, seq, owner_type, owner_id, type, text, client_message_id, tm_create, tm_update)
  SELECT uuidv7(), c.customer_id, c.id, n, 'agent', c.owner_id, 'normal',
         'Message ' || n || ' of a talk that has been going on for so long that nobody remembers its start.',
         'past-' || n, now() - t.ago, now() - t.ago
  FROM generate_series(1, $1::int) AS n
  CROSS JOIN LATERAL (SELECT interval '6 days' * ($1 + 1 - n) / ($1 + 1) AS ago) t
  CROSS JOIN chats c`;

const TIME = `'YYYY-MM-DD HH24:MI:SS.US'`;

const EVENTS = `
  INSERT INTO events (kind, stream_id, seq, type, payload, tm_create)
  SELECT 'chat', chat_id, seq, 'message_created', json_build_object(
    'id', id, 'customer_id', customer_id, 'owner_type', owner_type, 'owner_id', owner_id, 'chat_id', chat_id,
    'type', type, 'text', text, 'medias', medias, 'metadata', json_build_object('reactions', '[]'::json),
    'seq', seq, 'reply_count', 0, 'client_message_id', client_message_id,
    'tm_create', to_char(tm_create AT TIME ZONE 'UTC', ${TIME}),
    'tm_update', to_char(tm_update AT TIME ZONE 'UTC', ${TIME}), 'tm_delete', ''
  ), tm_create
  FROM messages`;

/** Gives each of Talk's talks so many messages, with their events; a minute for each million or so. */
export async function writePast(databaseUrl: string, messagesPerTalk: number): Promise<void> {
  await query(databaseUrl, MESSAGES, [messagesPerTalk]);
  await query(databaseUrl, EVENTS);
  for (const table of ['messages', 'events']) await query(databaseUrl, `VACUUM ANALYZE ${table}`);
  await query(databaseUrl, 'CHECKPOINT');
}
