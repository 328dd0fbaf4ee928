import { Manager } from 'socket.io-client';

/** What is sent of a frame's content: text or binary, as it stands. */
export type Frame = string | Buffer;

interface WebSocketLike {
  send(frame: Frame): void;
}

/** A connection on which no Socket.IO client minds what is sent. */
export interface RawConnection {
  send(...frames: Frame[]): void;
  /** Resolves once the server has closed it. */
  closed: Promise<void>;
  close(): void;
}

/** Opens the transport and names nobody; with a token, asks for the namespace `/` as its agent. */
export async function openRaw(url: string, token?: string): Promise<RawConnection> {
  const manager = new Manager(url, { transports: ['websocket'], reconnection: false });
  const closed = new Promise<void>((resolve) => manager.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    manager.once('open', resolve);
    manager.once('error', reject);
  });
  const { ws } = manager.engine.transport as unknown as { ws: WebSocketLike };
  const send = (...frames: Frame[]): void => frames.forEach((frame) => ws.send(frame));
  if (token !== undefined) {
    const answered = new Promise((resolve) => manager.once('packet', resolve));
    send(`40${JSON.stringify({ token })}`);
    await answered;
  }
  return { send, closed, close: () => manager.engine.close() };
}
