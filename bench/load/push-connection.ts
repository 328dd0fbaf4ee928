import type { Socket } from 'node:net';
import { clientFrame, FrameReader, type FrameListener } from './frames.js';
import type { Seat } from './plan.js';
import { connectTcp } from './tcp.js';

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const KEY = Buffer.from('a key for a test').toString('base64');

/** A WebSocket spoken by hand, so cheaply that one process can hold thousands under load. */
export class PushConnection {
  private socket: Socket;
  private readonly frames: FrameReader;
  private isUpgraded = false;
  private head = Buffer.alloc(0);

  private constructor(onFrame: FrameListener) {
    this.frames = new FrameReader(onFrame);
  }

  /** @param path with its query */
  static async open(seat: Seat, path: string, onFrame: FrameListener): Promise<PushConnection> {
    const connection = new PushConnection(onFrame);
    connection.socket = await connectTcp(seat.url, (bytes) => connection.read(bytes));
    connection.socket.on('error', () => undefined);
    connection.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
    );
    return connection;
  }

  send(text: string): void {
    this.socket.write(clientFrame(text));
  }

  close(): void {
    this.socket.destroy();
  }

  private read(bytes: Buffer): void {
    if (this.isUpgraded) {
      this.frames.push(bytes);
      return;
    }
    this.head = Buffer.concat([this.head, bytes]);
    const end = this.head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    this.isUpgraded = true;
    if (end + END_OF_HEAD.length < this.head.length)
      this.frames.push(this.head.subarray(end + END_OF_HEAD.length));
  }
}
