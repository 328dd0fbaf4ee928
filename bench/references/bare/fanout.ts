import type { Duplex } from 'node:stream';
import type { Redis } from 'ioredis';

interface Talk {
  sockets: Set<Duplex>;
  /** Frames since the last flush. */
  frames: Buffer[];
}

/** Between replicas: one channel a talk, on two connections. */
export interface Channels {
  publisher: Redis;
  subscriber: Redis;
}

/** Writes events to the sockets that follow their talks: a frame is built once, a tick's frames of a talk go in one write. */
export class Fanout {
  private readonly talks = new Map<string, Talk>();
  private readonly unflushed = new Set<Talk>();
  /** Of this process, so that it knows its own publications. */
  private readonly name = `${process.pid} `;

  constructor(private readonly channels?: Channels) {
    channels?.subscriber.on('message', (chatId: string, text: string) => {
      if (!text.startsWith(this.name)) this.deliver(chatId, text.slice(text.indexOf(' ') + 1));
    });
  }

  publish(chatId: string, event: string): void {
    this.deliver(chatId, event);
    void this.channels?.publisher.publish(chatId, this.name + event);
  }

  /** Resolves once every event from now on will come. */
  async follow(chatId: string, socket: Duplex): Promise<void> {
    const talk = this.talks.get(chatId) ?? { sockets: new Set(), frames: [] };
    talk.sockets.add(socket);
    this.talks.set(chatId, talk);
    if (talk.sockets.size === 1) await this.channels?.subscriber.subscribe(chatId);
  }

  leave(chatId: string, socket: Duplex): void {
    const talk = this.talks.get(chatId);
    if (!talk?.sockets.delete(socket) || talk.sockets.size > 0) return;
    this.talks.delete(chatId);
    void this.channels?.subscriber.unsubscribe(chatId);
  }

  private deliver(chatId: string, event: string): void {
    const talk = this.talks.get(chatId);
    if (!talk) return;
    talk.frames.push(textFrame(event));
    if (this.unflushed.size === 0) setImmediate(() => this.flush());
    this.unflushed.add(talk);
  }

  private flush(): void {
    for (const talk of this.unflushed) {
      const bytes = talk.frames.length === 1 ? (talk.frames[0] as Buffer) : Buffer.concat(talk.frames);
      talk.frames = [];
      for (const socket of talk.sockets) socket.write(bytes);
    }
    this.unflushed.clear();
  }
}

const TEXT = 0x81;
const SHORT = 125;
const TWO_BYTES = 126;

/** A WebSocket frame of up to 64 KiB, as a server sends it. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length > SHORT ? 4 : 2;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = TEXT;
  frame[1] = head === 2 ? length : TWO_BYTES;
  if (head === 4) frame.writeUInt16BE(length, 2);
  frame.write(text, head);
  return frame;
}
