import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

interface Buffered {
  data?: string | Buffer;
}

/** What a WebSocket of `ws` tells, as far as it is asked here. */
interface RawSocket {
  bufferedAmount?: number;
  terminate?: () => void;
  once: (event: 'close', listener: () => void) => unknown;
}

/**
 * Packets that Engine.IO holds back until the transport is free. It calls its buffer private, but
 * there is no other way to see it.
 */
const held = (connection: Connection): Buffered[] => connection['writeBuffer'] as Buffered[];

/** The WebSocket below; none where the transport is polling. */
const rawSocket = (connection: Connection): RawSocket | undefined =>
  (connection.transport as unknown as { socket?: RawSocket }).socket;

export const hasHeldPackets = (connection: Connection): boolean => held(connection).length > 0;

/** Bytes, nearly, that wait in this process for their reader: in Engine.IO and in the WebSocket. */
export function backlogBytes(connection: Connection): number {
  const inWebSocket = rawSocket(connection)?.bufferedAmount ?? 0;
  return held(connection).reduce((sum, { data }) => sum + (data?.length ?? 0), inWebSocket);
}

/** Ends a connection whose reader may never read what a polite ending would wait for. */
export function cutOff(connection: Connection): void {
  rawSocket(connection)?.terminate?.();
  connection.close(true);
}

/**
 * Closes a connection after all that was written to it, and resolves when its peer has taken that and
 * said so; one that does not within `limitMs` is cut off. Its client connects again by itself.
 */
export async function closePolitely(connection: Connection, limitMs: number): Promise<void> {
  if (connection.readyState === 'closed') return;
  const gone = new Promise<void>((resolve) => {
    const webSocket = rawSocket(connection);
    if (webSocket) webSocket.once('close', resolve);
    else connection.once('close', () => resolve());
  });
  connection.close();
  const limit = new AbortController();
  await Promise.race([gone, sleep(limitMs, undefined, limit).catch(() => undefined)]);
  limit.abort();
  cutOff(connection);
}
