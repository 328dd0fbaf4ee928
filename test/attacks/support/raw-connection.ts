import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection written to byte by byte, by a client that keeps no rule. */
export class RawConnection {
  /** All that came in and was not forgotten. */
  received = '';
  readonly closed: Promise<void>;
  /** Its own end's. */
  port = 0;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** @param from a local address, 127.0.0.2 for instance, which Talk takes for another caller's */
  static async open(url: string, from = '127.0.0.1'): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), localAddress: from });
    const opened = new RawConnection(socket);
    socket.once('connect', () => (opened.port = socket.localPort as number));
    await Promise.race([once(socket, 'connect'), opened.closed]);
    return opened;
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** How often a text is in what came in. */
  count(text: string): number {
    return this.received.split(text).length - 1;
  }

  write(...pieces: (Buffer | string)[]): void {
    for (const piece of pieces) this.socket.write(piece);
  }

  /** Resolves once that came in, or nothing more can. */
  until(what: RegExp): Promise<void> {
    return this.wait(() => what.test(this.received));
  }

  /** Resolves once a text came in so often, or nothing more can. */
  untilCount(text: string, count: number): Promise<void> {
    return this.wait(() => this.count(text) >= count);
  }

  private async wait(isThere: () => boolean): Promise<void> {
    const more = (): Promise<unknown> => once(this.socket, 'data').catch(() => this.closed);
    while (this.isOpen && !isThere()) await Promise.race([more(), this.closed]);
  }

  /** Never closes its own side, whatever Talk does. */
  ignoreEnd(): this {
    this.socket.allowHalfOpen = true;
    return this;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The lines of a request's head. */
export const headOf = (...lines: string[]): string => [...lines, '', ''].join('\r\n');

export const closeAll = (connections: RawConnection[]): void => connections.forEach((one) => one.close());
