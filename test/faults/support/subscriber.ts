import { TalkClient } from '../../../client/src/talk-client.js';
import type { TalkEvent } from '../../../client/src/types.js';
import type { TestAgent } from '../../support/world.js';

/** Milliseconds between two tries to connect, and in which one has to come about. */
const BACKOFF = { from: 100, to: 200 };
const TIMEOUT = 10_000;

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

/** An event of the agent's own stream: that it joined or left a talk. */
const isOwn = ({ type }: TalkEvent): boolean => type === 'chat_joined' || type === 'chat_left';

/**
 * An application on Talk's own client, which connects to another replica whenever its connection ends.
 * Writes down all that the application is told, as it is told.
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
  private readonly client: TalkClient;

  private constructor(
    readonly agent: TestAgent,
    pickUrl: () => string,
  ) {
    this.client = new TalkClient({
      url: pickUrl,
      token: agent.token,
      backoff: BACKOFF,
      timeout: TIMEOUT,
    });
    this.client.on('event', (event) => this.write(event));
    this.client.on('resync', ({ chat_id }) => this.startAnew(chat_id));
    this.client.on('state', (state) => state === 'live' && this.begin());
  }

  /** Resolves once it follows. `pickUrl` names a replica, at every connection anew. */
  static async start(agent: TestAgent, pickUrl: () => string): Promise<Subscriber> {
    const subscriber = new Subscriber(agent, pickUrl);
    await subscriber.client.connect();
    return subscriber;
  }

  /** True while its connection stands and all that it missed has come. */
  get isLive(): boolean {
    return this.client.state === 'live';
  }

  positionOf(chatId: string): number {
    return this.logs.get(chatId)?.at(-1)?.seq ?? this.startedAfter.get(chatId) ?? 0;
  }

  /** Is away until what this returns is called, then comes back with all it knows. */
  leave(): () => Promise<void> {
    this.stop();
    return () => this.client.connect();
  }

  /** Ends for good. */
  stop(): void {
    this.client.close();
  }

  private begin(): void {
    this.connections += 1;
    const { epoch = '', positions } = this.client;
    if (epoch !== this.epochs.at(-1)) this.epochs.push(epoch);
    for (const [chatId, seq] of positions) if (!this.logs.has(chatId)) this.startAt(chatId, seq);
  }

  /** What counts from here on is what comes after; what the history told of the gap has no order of its own. */
  private startAnew(chatId: string): void {
    this.resyncs.push(chatId);
    this.startAt(chatId, this.client.positions.get(chatId) ?? 0);
  }

  private startAt(chatId: string, seq: number): void {
    this.startedAfter.set(chatId, seq);
    this.logs.set(chatId, []);
  }

  private write(event: TalkEvent): void {
    if (isOwn(event)) return;
    const { type, chat_id, seq } = event;
    const data: { id?: string; message_id?: string; client_message_id?: string } = event.data;
    if (!this.logs.has(chat_id)) this.startAt(chat_id, seq - 1);
    const id = data.id ?? data.message_id ?? '';
    const entry = { seq, type, id, clientMessageId: data.client_message_id, at: performance.now() };
    this.logs.get(chat_id)?.push(entry);
  }
}
