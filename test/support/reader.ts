import { isOwn, type Client, type ReceivedEvent } from './client.js';
import type { TestAgent } from './world.js';

interface SubscribeAck {
  epoch: string;
  positions: Record<string, number>;
  resync: string[];
}

/**
 * A client as every client should be: when its connection ends it comes back with what it has.
 * Writes down every event that is not the next of its talk, unless a `resync` announced that.
 */
export class Reader {
  readonly skipped: ReceivedEvent[] = [];
  private positions: Record<string, number> = {};
  private epoch: string | undefined;
  private client: Client | undefined;
  private closed = false;

  private constructor(
    private readonly agent: TestAgent,
    private readonly replica: number,
  ) {}

  /** Follows every talk of the agent's. */
  static async start(agent: TestAgent, replica: number): Promise<Reader> {
    const reader = new Reader(agent, replica);
    await reader.connect();
    return reader;
  }

  /** The last event of a talk that it has, or that it was told to begin anew from. */
  at(chatId: string): number {
    return this.positions[chatId] ?? 0;
  }

  close(): void {
    this.closed = true;
    this.client?.close();
  }

  private async connect(): Promise<void> {
    if (this.closed) return;
    const client = await this.agent.connect(this.replica);
    this.client = client;
    client.socket.on('disconnect', () => void this.connect());
    const packet = this.epoch === undefined ? {} : { after: { ...this.positions }, epoch: this.epoch };
    const ack = (await client.subscribe(packet).catch(() => ({ ok: false }))) as { ok: boolean };
    // What came before an ack that never came is sent again.
    if (!ack.ok) return client.close();
    this.resume(client, packet.after ?? {}, ack as unknown as SubscribeAck);
  }

  private resume(client: Client, after: Record<string, number>, ack: SubscribeAck): void {
    const { epoch, positions, resync } = ack;
    this.epoch = epoch;
    for (const [id, seq] of Object.entries(positions)) {
      if (resync.includes(id) || after[id] === undefined) this.positions[id] = seq;
    }
    for (const event of client.events) this.take(event);
    client.socket.onAny((_: string, event: ReceivedEvent) => this.take(event));
  }

  private take(event: ReceivedEvent): void {
    const at = this.at(event.chat_id);
    // Up to where a talk begins anew its events may have come before the ack said so.
    if (isOwn(event) || event.seq <= at) return;
    if (event.seq > at + 1) this.skipped.push(event);
    this.positions[event.chat_id] = event.seq;
  }
}
