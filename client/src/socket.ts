import { io, type Socket } from 'socket.io-client';
import { TalkError } from './talk-error.js';
import type { Problem, SubscribeResult, TalkEvent } from './types.js';

export interface SocketOptions {
  url: string;
  token: string;
  transports: ('websocket' | 'polling')[];
  /** Milliseconds to connect, and without a sign of a replay going on. */
  timeout: number;
}

type Ack = ({ ok: true } & SubscribeResult) | { ok: false; error: Problem };

/** One connection, from its beginning to its end; it is never used again. */
export class TalkSocket {
  private readonly socket: Socket;
  private readonly timeout: number;
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;

  constructor({ url, token, transports, timeout }: SocketOptions, receive: (event: TalkEvent) => void) {
    const { origin, pathname } = new URL(url);
    this.timeout = timeout;
    this.socket = io(origin, {
      path: `${pathname.replace(/\/+$/, '')}/socket.io`,
      transports,
      timeout,
      reconnection: false,
      forceNew: true,
      auth: { token },
    });
    this.socket.onAny((_, event: TalkEvent) => receive(event));
    this.ended = new Promise((resolve) => this.socket.once('disconnect', () => resolve()));
  }

  /** @throws TalkError */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const lose = (): void => reject(new TalkError('network_error', 'The connection did not come about.'));
      const timer = setTimeout(lose, this.timeout);
      // A connection may be gone before it stood; then there is neither of the other two.
      void this.ended.then(lose);
      this.socket.once('connect', () => {
        clearTimeout(timer);
        resolve();
      });
      this.socket.once('connect_error', (error: Error & { data?: unknown }) => {
        clearTimeout(timer);
        const problem = error.data as Partial<Problem> | undefined;
        reject(
          problem?.code
            ? TalkError.of(problem as Problem)
            : new TalkError('network_error', 'Talk could not be reached.', { cause: error }),
        );
      });
    });
  }

  /**
   * Follows every talk, after what the packet says that is known. `take` is called with the answer in
   * the very moment it comes: awaited, it would be seen after events that came behind it.
   * @throws TalkError
   */
  subscribe(packet: object, take: (result: SubscribeResult) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: TalkError): void => {
        clearTimeout(timer);
        this.socket.offAny(goOn);
        reject(error);
      };
      const giveUp = (): void => fail(new TalkError('timeout', `No replay within ${this.timeout} ms.`));
      let timer = setTimeout(giveUp, this.timeout);
      // A long replay is in order as long as it comes.
      const goOn = (): void => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, this.timeout);
      };
      this.socket.onAny(goOn);
      void this.ended.then(() => fail(new TalkError('network_error', 'The connection was lost.')));
      this.socket.emit('subscribe', packet, (ack: Ack) => {
        if (!ack.ok) return fail(TalkError.of(ack.error));
        clearTimeout(timer);
        this.socket.offAny(goOn);
        take(ack);
        resolve();
      });
    });
  }

  /** Puts a newer token in place of the one it came with; where that is refused, its end will tell. */
  refresh(token: string): void {
    this.socket.emit('refresh', { token }, () => undefined);
  }

  /** Nothing more comes from here on. */
  close(): void {
    this.socket.offAny().disconnect();
  }
}
