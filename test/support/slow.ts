import type { Socket as NetSocket } from 'node:net';
import type { Client } from './client.js';

/** Has a client read nothing more, until what this returns is called. */
export function stopReading({ socket }: Client): () => void {
  const transport = socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } };
  const connection = transport.ws._socket;
  connection.pause();
  return () => connection.resume();
}
