import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { LogEntry } from './subscriber.js';

/** Milliseconds that a Socket.IO client waits before it tries again, give or take half of it. */
const RECONNECT_AFTER = 1_000;

/** From where a client goes on, as of its last connection. */
export interface Resumption {
  url: string;
  token: string;
  epoch: string;
  /** The last seq it has, by talk. */
  after: Record<string, number>;
}

interface WireEvent {
  type: string;
  chat_id: string;
  seq: number;
  data: { id?: string; message_id?: string; client_message_id?: string };
}

type SubscribeAck = { ok: true; resync: string[] } | { ok: false; error: { code: string } };

/**
 * A client that speaks Engine.IO 4 and Socket.IO 5 by hand, so cheaply that one process holds
 * thousands, which Talk's own client, made for one application, is too heavy for. It connects and resumes until its `subscribe` is acked, and writes down what it is sent.
 */
export class LightClient {
  /** By talk, in the order of arrival. */
  readonly logs = new Map<string, LogEntry[]>();
  /** The seq that each talk's log starts after. */
  readonly startedAfter: Map<string, number>;
  readonly resyncs: string[] = [];
  /** How often it had to connect until it was resumed. */
  connections = 0;
  /** Of its last connection. */
  localPort = 0;
  private socket: WebSocket | undefined;
  private stopped = false;

  constructor(private readonly from: Resumption) {
    this.startedAfter = new Map(Object.entries(from.after));
    for (const id of this.startedAfter.keys()) this.logs.set(id, []);
  }

  /** Resolves once it was resumed. */
  async resume(): Promise<void> {
    while (!this.stopped && !(await this.connect())) {
      await sleep(RECONNECT_AFTER * (0.5 + Math.random()));
    }
  }

  /** Takes nothing more of what it is sent. */
  stopReading(): void {
    this.socket?.pause();
  }

  stop(): void {
    this.stopped = true;
    this.socket?.terminate();
  }

  /** Resolves with true when `subscribe` was acked, with false when the connection ended before. */
  private connect(): Promise<boolean> {
    this.connections += 1;
    const url = `${this.from.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket = socket;
    socket.on('upgrade', (response) => (this.localPort = response.socket.localPort ?? 0));
    return new Promise((resolve) => {
      socket.on('message', (frame: Buffer) => this.receive(socket, frame.toString(), () => resolve(true)));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(false));
    });
  }

  private receive(socket: WebSocket, frame: string, onResumed: () => void): void {
    const { token, epoch } = this.from;
    if (frame.startsWith('42')) this.write((JSON.parse(frame.slice(2)) as [string, WireEvent])[1]);
    else if (frame === '2') socket.send('3');
    else if (frame.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
    else if (frame.startsWith('40')) {
      socket.send(`420${JSON.stringify(['subscribe', { after: this.positions(), epoch }])}`);
    } else if (frame.startsWith('430')) {
      const [ack] = JSON.parse(frame.slice(3)) as [SubscribeAck];
      if (!ack.ok) return socket.terminate();
      this.resyncs.push(...ack.resync);
      onResumed();
    } else socket.terminate();
  }

  private positions(): Record<string, number> {
    return Object.fromEntries(
      [...this.startedAfter].map(([id, seq]) => [id, this.logs.get(id)?.at(-1)?.seq ?? seq]),
    );
  }

  private write({ type, chat_id, seq, data }: WireEvent): void {
    const entry = {
      seq,
      type,
      id: data.id ?? data.message_id ?? '',
      clientMessageId: data.client_message_id,
    };
    this.logs.get(chat_id)?.push({ ...entry, at: performance.now() });
  }
}
