import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Draft, Sends } from './sends.js';
import type { Tokens } from './tokens.js';

/** One page as JSON; no row where the caller is not in the talk. */
const LIST = `
  SELECT json_build_object(
    'result', coalesce(json_agg(page.message) FILTER (WHERE page.message IS NOT NULL), '[]'),
    'next_page_token', coalesce(max(page.tm_create)::text, '')
  )::text AS body
  FROM participants p
  LEFT JOIN LATERAL (
    SELECT m.tm_create, json_build_object(
      'id', m.id, 'customer_id', m.customer_id, 'owner_type', 'agent', 'owner_id', m.owner_id,
      'chat_id', m.chat_id, 'type', 'normal', 'text', m.text, 'medias', '[]'::json,
      'metadata', json_build_object('reactions', coalesce((
        SELECT json_agg(json_build_object(
          'emoji', r.emoji, 'owner_type', 'agent', 'owner_id', r.owner_id, 'tm_create', r.tm_create
        ) ORDER BY r.tm_create)
        FROM reactions r WHERE r.message_id = m.id
      ), '[]')),
      'seq', m.seq, 'reply_count', 0, 'client_message_id', m.client_message_id,
      'tm_create', m.tm_create, 'tm_update', m.tm_create, 'tm_delete', ''
    ) AS message
    FROM messages m WHERE m.chat_id = p.chat_id ORDER BY m.seq LIMIT $3
  ) page ON true
  WHERE p.chat_id = $1 AND p.owner_id = $2
  GROUP BY p.chat_id`;

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
