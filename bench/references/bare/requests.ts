import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Draft, Sends } from './sends.js';
import type { Tokens } from './tokens.js';

/** One page as JSON, put together as text, which takes half the time of `json_agg`; no row where the caller is not in the talk. */
const LIST = `
  WITH member AS MATERIALIZED (
    SELECT chat_id FROM participants WHERE chat_id = $1 AND owner_id = $2
  ), page AS MATERIALIZED (
    SELECT m.* FROM member JOIN messages m USING (chat_id) ORDER BY m.seq LIMIT $3
  ), reacted AS (
    SELECT message_id, string_agg('{"emoji":' || to_json(emoji) || ',"owner_type":"agent","owner_id":"' || owner_id
      || '","tm_create":"' || tm_create || '"}', ',' ORDER BY tm_create) AS reactions
    FROM reactions WHERE message_id IN (SELECT id FROM page) GROUP BY message_id
  )
  SELECT '{"result":[' || coalesce(string_agg('{"id":"' || m.id || '","customer_id":"' || m.customer_id
      || '","owner_type":"agent","owner_id":"' || m.owner_id || '","chat_id":"' || m.chat_id
      || '","type":"normal","text":' || to_json(m.text) || ',"medias":[],"metadata":{"reactions":['
      || coalesce(r.reactions, '') || ']},"seq":' || m.seq || ',"reply_count":0,"client_message_id":'
      || coalesce(to_json(m.client_message_id)::text, 'null') || ',"tm_create":"' || m.tm_create
      || '","tm_update":"' || m.tm_create || '","tm_delete":""}', ',' ORDER BY m.seq), '')
    || '],"next_page_token":"' || coalesce(max(m.tm_create)::text, '') || '"}' AS body
  FROM page m LEFT JOIN reacted r ON r.message_id = m.id
  HAVING EXISTS (SELECT FROM member)`;

const BEARER = 'Bearer '.length;

/** `POST` sends a message, `GET ?chat_id=&page_size=` lists the first ones of a talk. */
export const handleRequests =
  (pool: pg.Pool, tokens: Tokens, sends: Sends): RequestListener =>
  (request, response) => {
    const caller = tokens.callerOf(request.headers.authorization?.slice(BEARER) ?? '');
    if (!caller) return answer(response, 401, '{}');
    if (request.method === 'GET') return void list(pool, request, response, caller.id);
    readBody(request, (body) => {
      sends.send(JSON.parse(body) as Draft, caller, (message) =>
        message ? answer(response, 200, message) : answer(response, 403, '{}'),
      );
    });
  };

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => done(body));
}

async function list(
  pool: pg.Pool,
  request: IncomingMessage,
  response: ServerResponse,
  callerId: string,
): Promise<void> {
  const { searchParams } = new URL(request.url ?? '', 'http://host');
  const values = [searchParams.get('chat_id'), callerId, searchParams.get('page_size')];
  const { rows } = await pool.query<{ body: string }>({ name: 'list', text: LIST, values });
  answer(response, rows[0] ? 200 : 403, rows[0]?.body ?? '{}');
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
