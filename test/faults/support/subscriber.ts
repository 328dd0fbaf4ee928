import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { TestAgent } from '../../support/world.js';

/** Milliseconds between two tries to connect, and that one try may take. */
const RECONNECT_EVERY = 100;
const CONNECT_LIMIT = 5_000;
const ACK_LIMIT = 30_000;

/** What a subscriber writes down of an event. */
export interface LogEntry {
  seq: number;
  type: string;
  /** Of the message or participant it tells of. */
  id: string;
  clientMessageId?: string;
  /** Milliseconds by the clock of this process. */
  at: number;
}

interface ReceivedEvent {
  type: string;
  chat_id: string;
  seq: number;
  data: { id?: string; message_id?: string; client_message_id?: string };
}

interface SubscribeAck {
  ok: boolean;
  error?: { code: string };
  epoch: string;
  positions: Record<string, number>;
  resync: string[];
  left: string[];
}

/** An event of the agent's own stream: that it joined or left a talk. */
const isOwn = ({ type }: ReceivedEvent): boolean => type === 'chat_joined' || type === 'chat_left';

/**
 * A client as the contract wants it: follows every talk of its agent, and whenever its connection
 * ends, connects to another replica and goes on `after` what it has. Writes down all it is sent, as it is sent.
 */
export class Subscriber {
  /** By talk, in the order of arrival. */
  readonly logs = new Map<string, LogEntry[]>();
  /** The seq that each talk's log starts after. */
  readonly startedAfter = new Map<string, number>();
  /** Every `resync` it was told of, in order. */
  readonly resyncs: string[] = [];
  readonly epochs: string[] = [];
  connections = 0;
  private readonly positions = new Map<string, number>();
  private socket: Socket | undefined;
  private stopped = false;
  private live = false;

  private constructor(
    readonly agent: TestAgent,
    private readonly pickUrl: () => string,
  ) {}

  /** Resolves once it follows. `pickUrl` names a replica, at every connection anew. */
  static async start(agent: TestAgent, pickUrl: () => string): Promise<Subscriber> {
    const subscriber = new Subscriber(agent, pickUrl);
    await subscriber.connect();
    return subscriber;
  }

  /** True while its connection stands and its last `subscribe` was acked. */
  get isLive(): boolean {
    return this.live;
  }

  positionOf(chatId: string): number {
    return this.positions.get(chatId) ?? 0;
  }

  /** Loses its connection without a word, as on a train. */
  drop(): void {
    this.socket?.io.engine.close();
  }

  /** Is away until what this returns is called, then comes back with all it knows. */
  leave(): () => Promise<void> {
    this.stop();
    return () => {
      this.stopped = false;
      return this.connect();
    };
  }

  /** Ends for good. */
  stop(): void {
    this.stopped = true;
    this.live = false;
    this.socket?.disconnect();
  }

  private async connect(): Promise<void> {
    while (!this.stopped) {
      if (await this.tryToConnect()) return;
      await sleep(RECONNECT_EVERY);
    }
  }

  private async tryToConnect(): Promise<boolean> {
    const socket = io(this.pickUrl(), {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: CONNECT_LIMIT,
      auth: { token: this.agent.token },
    });
    this.socket = socket;
    socket.onAny((_, event: ReceivedEvent) => this.write(event));
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      await this.subscribe(socket);
    } catch {
      socket.removeAllListeners().disconnect();
      return false;
    }
    if (!socket.connected) return false;
    this.live = true;
    this.connections += 1;
    socket.once('disconnect', () => {
      this.live = false;
      void this.connect();
    });
    return true;
  }

  private subscribe(socket: Socket): Promise<void> {
    const epoch = this.epochs.at(-1);
    const packet = epoch ? { after: Object.fromEntries(this.positions), epoch } : {};
    return new Promise((resolve, reject) => {
      socket.once('disconnect', reject);
      // In the ack's own callback: awaited, it would be seen after events that came behind it.
      socket.timeout(ACK_LIMIT).emit('subscribe', packet, (error: Error | null, ack: SubscribeAck) => {
        if (error) return reject(error);
        if (!ack.ok) return reject(new Error(`subscribe was refused: ${ack.error?.code}`));
        this.take(ack);
        resolve();
      });
    });
  }

  private take({ epoch, positions, resync }: SubscribeAck): void {
    if (epoch !== this.epochs.at(-1)) this.epochs.push(epoch);
    for (const chatId of resync) this.startAnew(chatId, positions[chatId] ?? 0);
    for (const [chatId, seq] of Object.entries(positions)) {
      if (!this.positions.has(chatId)) this.startAt(chatId, seq);
    }
  }

  private startAnew(chatId: string, seq: number): void {
    this.resyncs.push(chatId);
    this.startAt(chatId, seq);
  }

  /** Forgets the talk's log: what counts from here on is what comes after this seq. */
  private startAt(chatId: string, seq: number): void {
    this.positions.set(chatId, seq);
    this.startedAfter.set(chatId, seq);
    this.logs.set(chatId, []);
  }

  private write(event: ReceivedEvent): void {
    const { type, chat_id, seq, data } = event;
    if (isOwn(event)) return;
    const log = this.logs.get(chat_id) ?? [];
    if (!this.logs.has(chat_id)) {
      this.logs.set(chat_id, log);
      this.startedAfter.set(chat_id, seq - 1);
    }
    const id = data.id ?? data.message_id ?? '';
    log.push({ seq, type, id, clientMessageId: data.client_message_id, at: performance.now() });
    this.positions.set(chat_id, Math.max(this.positionOf(chat_id), seq));
  }
}
