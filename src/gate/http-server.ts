import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '../errors/domain-error.js';
import { refuseRaw } from '../http/raw-answer.js';

/** Takes a request, or calls `pass` to leave it to those after it, now or later. */
type RequestTaker = (request: IncomingMessage, response: ServerResponse, pass: () => void) => void;

/** Takes over a connection whose client asked for a WebSocket; `head` is what came behind the request. */
type WebSocketTaker = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** Has `take` see each request before the listeners that the server has by now. */
export function interceptRequests(server: Server, take: RequestTaker): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) =>
    take(request, response, () => {
      for (const listener of listeners) listener.call(server, request, response);
    }),
  );
}

/** What a request may ask for beside its answer. */
const UPGRADE_HEADERS = ['upgrade', 'http2-settings'];

/**
 * Answers every request for another protocol: WebSockets below `path` are taken, elsewhere they are
 * refused, and any other protocol is answered as if it had not been asked for (RFC 9110, section 7.8).
 */
export function takeWebSockets(server: Server, path: string, take: WebSocketTaker): void {
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket;
    if (!asksForWebSocket(request)) return handBack(server, request, socket, head);
    if (!request.url?.startsWith(path)) return refuseRaw(socket, notHere());
    take(request, socket, head);
  });
  server.on('connect', (_request, stream) => refuseRaw(stream, notHere()));
}

const asksForWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.trim().toLowerCase() === 'websocket';

const notHere = (): DomainError => new DomainError('route_not_found', 'There is no WebSocket at this path.');

/** As Node calls the answer that is being written to a connection; there is no other way to see it. */
interface Answering {
  _httpMessage?: ServerResponse | null;
}

const ignore = (): void => undefined;

/** Gives a connection back to its HTTP server, to read the request again without what it asked for. */
function handBack(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const { _httpMessage: answer } = socket as Answering;
  // The answers to the requests before it come first; meanwhile nobody else hears the connection's errors.
  if (answer) {
    socket.on('error', ignore);
    answer.once('close', () => {
      socket.off('error', ignore);
      handBack(server, request, socket, head);
    });
    return;
  }
  if (socket.destroyed) return;
  // Node adds its own each time a connection begins.
  for (const event of ['pause', 'resume']) socket.removeAllListeners(event);
  socket.unshift(Buffer.concat([Buffer.from(plainHead(request), 'latin1'), head]));
  server.emit('connection', socket);
}

function plainHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value;
    if (!UPGRADE_HEADERS.includes(name.toLowerCase()) && kept !== '') lines.push(`${name}: ${kept}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** What is left of a `Connection` header. */
const withoutUpgrade = (value: string): string =>
  value
    .split(',')
    .map((option) => option.trim())
    .filter((option) => !UPGRADE_HEADERS.includes(option.toLowerCase()))
    .join(', ');
