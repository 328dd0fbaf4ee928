import type { SubscribeResult, TalkEvent } from './types.js';

/** Where what was delivered goes. */
export interface DeliverySink {
  event(event: TalkEvent): void;
  resync(chatId: string): void;
  joined(chatId: string): void;
  left(chatId: string): void;
  /** An event is missing; what comes after it will not be taken. */
  gap(): void;
}

/** A stretch of a talk that is not replayed: its messages after `from`, up to and with `to`. */
export interface LostStretch {
  chatId: string;
  from: number;
  to: number;
}

/**
 * Keeps how far each talk has come, and lets through what is next: every event once and in order,
 * whatever a connection brings, and whatever the one before it had brought. Knows no time and no network.
 */
export class Deliveries {
  private readonly seqs = new Map<string, number>();
  private epoch: string | undefined;
  /** Talks whose events wait for their gap to be closed. */
  private readonly held = new Map<string, TalkEvent[]>();
  /** Talks of which a stretch was lost, and nobody was told yet. */
  private readonly owed = new Set<string>();
  private resuming = false;

  constructor(private readonly sink: DeliverySink) {}

  /** The last seq that was let through, by talk. */
  get positions(): ReadonlyMap<string, number> {
    return this.seqs;
  }

  get currentEpoch(): string | undefined {
    return this.epoch;
  }

  /** Begins with a new connection; returns what to subscribe with. What was held back comes again. */
  resume(): { after?: Record<string, number>; epoch?: string } {
    this.held.clear();
    this.resuming = true;
    return this.epoch === undefined ? {} : { after: Object.fromEntries(this.seqs), epoch: this.epoch };
  }

  receive(event: TalkEvent): void {
    const waiting = this.held.get(event.chat_id);
    if (waiting) waiting.push(event);
    else this.take(event);
  }

  /** Takes the answer to `subscribe`; returns the stretches that are to be read from the history. */
  acknowledge({ epoch, positions, resync, left }: SubscribeResult): LostStretch[] {
    const known = this.epoch;
    this.epoch = epoch;
    this.resuming = false;
    for (const chatId of left) this.leave(chatId);
    const lost = new Set(resync);
    const stretches: LostStretch[] = [];
    for (const [chatId, to] of Object.entries(positions)) {
      const from = this.seqs.get(chatId);
      if (from === undefined) this.start(chatId, to, known !== undefined);
      else if (!lost.has(chatId)) this.settle(chatId);
      else if (epoch === known && from < to) stretches.push(this.lose({ chatId, from, to }));
      else this.restart(chatId, to);
    }
    for (const chatId of lost) if (!(chatId in positions)) this.restart(chatId, undefined);
    const healing = new Set(stretches.map(({ chatId }) => chatId));
    for (const chatId of [...this.held.keys()]) if (!healing.has(chatId)) this.release(chatId);
    return stretches;
  }

  /** Lets through what the history tells of a lost stretch. */
  recover(event: TalkEvent<'message_created'>): void {
    this.seqs.set(event.chat_id, event.seq);
    this.sink.event(event);
  }

  /** The history of a lost stretch has been read: from here on events count again. */
  healed({ chatId, to }: LostStretch): void {
    this.restart(chatId, to);
    this.release(chatId);
  }

  private take(event: TalkEvent): void {
    if (event.type === 'chat_joined') return this.join(event);
    if (event.type === 'chat_left') {
      this.sink.event(event);
      return this.leave(event.chat_id);
    }
    const { chat_id, seq, type } = event;
    const position = this.seqs.get(chat_id) ?? seq - 1;
    if (seq <= position) return;
    if (seq > position + 1) return this.miss(event);
    this.seqs.set(chat_id, seq);
    this.sink.event(event);
    if (type === 'chat_deleted') this.forget(chat_id);
  }

  private join(event: TalkEvent<'chat_joined'>): void {
    const { chat_id, seq } = event;
    if (!this.seqs.has(chat_id)) this.seqs.set(chat_id, seq);
    this.sink.event(event);
    this.sink.joined(chat_id);
  }

  /** Before the ack it may yet turn out that the gap is not replayed. */
  private miss(event: TalkEvent): void {
    if (this.resuming) this.held.set(event.chat_id, [event]);
    else this.sink.gap();
  }

  private start(chatId: string, seq: number, isNews: boolean): void {
    this.seqs.set(chatId, seq);
    if (isNews) this.sink.joined(chatId);
  }

  private lose(stretch: LostStretch): LostStretch {
    this.owed.add(stretch.chatId);
    if (!this.held.has(stretch.chatId)) this.held.set(stretch.chatId, []);
    return stretch;
  }

  private restart(chatId: string, seq: number | undefined): void {
    if (seq === undefined) this.seqs.delete(chatId);
    else this.seqs.set(chatId, seq);
    this.owed.add(chatId);
    this.settle(chatId);
  }

  private settle(chatId: string): void {
    if (this.owed.delete(chatId)) this.sink.resync(chatId);
  }

  private release(chatId: string): void {
    const events = this.held.get(chatId) ?? [];
    this.held.delete(chatId);
    for (const event of events) this.receive(event);
  }

  private leave(chatId: string): void {
    this.forget(chatId);
    this.sink.left(chatId);
  }

  private forget(chatId: string): void {
    this.seqs.delete(chatId);
    this.owed.delete(chatId);
    this.held.delete(chatId);
  }
}
