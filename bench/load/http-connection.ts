import type { Socket } from 'node:net';
import type { Seat } from './plan.js';
import { connectTcp } from './tcp.js';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LENGTH = /content-length: *(\d+)/i;
/** Where a status begins in `HTTP/1.1 200 OK`. */
const STATUS_AT = 9;
const SUCCESS = '2'.charCodeAt(0);

/** One keep-alive connection with one call at a time, which looks at no more than status and length. */
export class HttpConnection {
  private socket: Socket;
  private done: ((isAccepted: boolean) => void) | undefined;
  private head: Buffer | undefined;
  private isAccepted = false;
  /** Bytes of the answer that are still to come; unknown before its head is whole. */
  private left: number | undefined;

  private constructor(private readonly seat: Seat) {}

  static async open(seat: Seat): Promise<HttpConnection> {
    const connection = new HttpConnection(seat);
    connection.socket = await connectTcp(seat.url, (bytes) => connection.read(bytes));
    connection.socket.on('close', () => connection.finish(false));
    connection.socket.on('error', () => undefined);
    return connection;
  }

  /** @param done called with whether it was a success */
  call(method: string, path: string, body: string, done: (isAccepted: boolean) => void): void {
    this.done = done;
    const length = Buffer.byteLength(body);
    const content = body && `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;
    this.socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${this.seat.token}\r\n${content}\r\n${body}`,
    );
  }

  close(): void {
    this.socket.destroy();
  }

  private read(bytes: Buffer): void {
    if (this.left === undefined) {
      const whole = this.head ? Buffer.concat([this.head, bytes]) : bytes;
      const end = whole.indexOf(END_OF_HEAD);
      if (end < 0) {
        this.head = Buffer.from(whole);
        return;
      }
      this.head = undefined;
      this.isAccepted = whole[STATUS_AT] === SUCCESS;
      const length = LENGTH.exec(whole.toString('latin1', 0, end))?.[1];
      this.left = Number(length) - (whole.length - end - END_OF_HEAD.length);
    } else {
      this.left -= bytes.length;
    }
    if (this.left === 0) this.finish(this.isAccepted);
  }

  private finish(isAccepted: boolean): void {
    const { done } = this;
    this.done = this.left = undefined;
    done?.(isAccepted);
  }
}
