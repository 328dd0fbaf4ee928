import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { WebSocketServer, type WebSocket } from 'ws';
import { textFrame, type Fanout } from './fanout.js';
import type { Draft, Sends } from './sends.js';
import type { Tokens } from './tokens.js';

const TALKS = 'SELECT chat_id FROM participants WHERE owner_id = $1';

/** A socket follows all talks of its agent, and may send: `{ref, …draft}` is answered with `{ref, ok}`. */
export function acceptSockets(
  server: Server,
  pool: pg.Pool,
  tokens: Tokens,
  sends: Sends,
  fanout: Fanout,
): void {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    const caller = tokens.callerOf(new URL(request.url ?? '', 'http://host').searchParams.get('token') ?? '');
    if (!caller) return socket.close();
    const raw = rawSocketOf(socket);
    socket.on('message', (data: Buffer) => {
      const { ref, ...draft } = JSON.parse(data.toString()) as Draft & { ref: number };
      sends.send(draft, caller, (message) => {
        raw.write(
          textFrame(message ? `{"ref":${ref},"ok":true,"data":${message}}` : `{"ref":${ref},"ok":false}`),
        );
      });
    });
    void follow(raw, socket, caller.id);
  });

  async function follow(raw: Duplex, socket: WebSocket, agentId: string): Promise<void> {
    const { rows } = await pool.query<{ chat_id: string }>({ name: 'talks', text: TALKS, values: [agentId] });
    socket.on('close', () => rows.forEach(({ chat_id }) => fanout.leave(chat_id, raw)));
    await Promise.all(rows.map(({ chat_id }) => fanout.follow(chat_id, raw)));
    raw.write(textFrame('{"subscribed":true}'));
  }
}

/** What `ws` writes its frames to: ours are ready-made. */
const rawSocketOf = (socket: WebSocket): Duplex => (socket as unknown as { _socket: Duplex })._socket;
