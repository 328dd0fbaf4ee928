import type { Envelope } from '../events/event.js';
import { traceEmit } from '../events/event-traces.js';
import type { TimedPosition } from '../events/event-log.js';
import { DIRECTORY_STREAM, type StreamKey } from '../events/stream.js';
import { microsOf } from '../database/timestamp.js';
import { deliveryDelay, gapsRead, tailCatches } from '../ops/metrics.js';
import { LostGap } from './lost-gap.js';
import { Sequencer } from './sequencer.js';

/** Milliseconds to wait for an event that another replica's overtook, before asking PostgreSQL for it. */
const OVERTAKEN_LIMIT = 20;

/** Positions that a feed remembers at the most: only as many as PostgreSQL does not confirm for long. */
const TRAIL = 1_000;

/** What a feed hands its events to. */
export interface FeedListener {
  deliver(envelope: Envelope): void;
  /** Nothing more comes: the events that would be next are no longer kept. */
  lose(): void;
}

/** Reads the page of events after a seq. */
export type ReadPage = (stream: StreamKey, after: number) => Promise<Envelope[]>;

/**
 * One stream on this replica: takes in what the bus and local commits bring, fills gaps from
 * PostgreSQL, and hands every event once and in order to those who listen.
 */
export class Feed {
  private readonly listeners = new Set<FeedListener>();
  private readonly sequencer: Sequencer<Envelope>;
  private gapTimer: NodeJS.Timeout | undefined;
  private reading = false;
  private offered = 0;
  private expected = 0;
  private closed = false;
  private time: TimedPosition['time'];
  private unconfirmed: TimedPosition[];
  readonly stream: StreamKey;
  /** A number by which work on all feeds can be shared out evenly. */
  readonly share: number;

  /** @param onLost called where the feed cannot go on; it has to close the feed */
  constructor(
    head: TimedPosition,
    private readonly readPage: ReadPage,
    private readonly onLost: (feed: Feed) => void,
  ) {
    this.stream = head.stream;
    this.share = Number.parseInt(head.stream.id.slice(-6), 16);
    this.time = head.time;
    this.unconfirmed = [head];
    this.sequencer = new Sequencer(head.seq);
  }

  /** The last event handed out. */
  get applied(): number {
    return this.sequencer.applied;
  }

  /** The same, with its time. */
  get position(): TimedPosition {
    return { stream: this.stream, seq: this.applied, time: this.time };
  }

  /** Where the feed began, and every event handed out, unless PostgreSQL has confirmed since that it holds them. */
  get trail(): readonly TimedPosition[] {
    return this.unconfirmed;
  }

  /** PostgreSQL was seen to hold what was handed out up to this seq. */
  confirm(upTo: number): void {
    this.unconfirmed = this.unconfirmed.filter(({ seq }) => seq > upTo);
  }

  /**
   * From the next event on. Whoever listens has to have all up to `applied`.
   * @throws LostGap where the feed has ended
   */
  listen(listener: FeedListener): void {
    if (this.closed) throw new LostGap();
    this.listeners.add(listener);
  }

  unlisten(listener: FeedListener): void {
    this.listeners.delete(listener);
  }

  /** Takes in an event from anywhere. */
  offer(envelope: Envelope): void {
    if (this.closed) return;
    this.offered += 1;
    this.handOut(this.sequencer.offer(envelope));
    this.watchGap();
  }

  /** Tells that PostgreSQL holds events up to `head`; those that do not come in by themselves soon are read. */
  expect(head: number): void {
    this.expected = Math.max(this.expected, head);
    this.watchGap();
  }

  /** Nothing is handed out after this, whatever is still being read. */
  close(): void {
    this.closed = true;
    clearTimeout(this.gapTimer);
    this.listeners.clear();
  }

  /** Reads from PostgreSQL all that is there and was not handed out. One reader at a time; never throws. */
  private async readMissing(): Promise<void> {
    this.gapTimer = undefined;
    if (this.reading || this.closed || !this.lacksEvents) return;
    this.reading = true;
    const done = await this.readToHead().then(
      () => true,
      // The tail check comes back to this stream as long as its head and ours differ.
      () => false,
    );
    this.reading = false;
    if (done) this.watchGap();
  }

  private async readToHead(): Promise<void> {
    for (;;) {
      const { applied, offered } = this;
      const page = await this.readPage(this.stream, applied);
      if (this.closed) return;
      if (page.length === 0) {
        // The newest event is always kept: if nothing came in meanwhile, ours is it, and what is held was garbage.
        if (this.offered === offered) this.sequencer.dropHeld();
        this.expected = 0;
        return;
      }
      const reason = this.sequencer.hasGap ? gapsRead : tailCatches;
      const due = this.sequencer.fill(page);
      reason.inc(due.length);
      this.handOut(due);
      if ((page[0]?.seq ?? 0) > this.applied + 1) return this.lose();
      if (this.applied === applied || !this.lacksEvents) return;
    }
  }

  /** What is next was deleted while this replica stood still: whoever listens has to begin anew. */
  private lose(): void {
    const listeners = [...this.listeners];
    this.onLost(this);
    for (const listener of listeners) listener.lose();
  }

  private get lacksEvents(): boolean {
    return this.sequencer.hasGap || this.expected > this.applied;
  }

  private watchGap(): void {
    if (this.closed || this.reading || !this.lacksEvents) return;
    this.gapTimer ??= setTimeout(() => void this.readMissing(), OVERTAKEN_LIMIT);
  }

  private handOut(envelopes: Envelope[]): void {
    for (const envelope of envelopes) {
      const { stream } = this;
      this.time = envelope.tm_create;
      this.unconfirmed.push({ stream, seq: envelope.seq, time: this.time });
      traceEmit(envelope, this.listeners.size, () => {
        for (const listener of this.listeners) listener.deliver(envelope);
      });
      if (this.listeners.size > 0 && stream.kind !== DIRECTORY_STREAM.kind) observeDelay(envelope);
    }
    if (this.unconfirmed.length > TRAIL) this.unconfirmed.splice(0, this.unconfirmed.length - TRAIL);
  }
}

/**
 * An event's time is drawn just before its commit, by the database's clock: where ours is behind it, the
 * delay counts as none.
 */
function observeDelay({ tm_create }: Envelope): void {
  deliveryDelay.observe(Math.max(0, Date.now() / 1000 - microsOf(tm_create) / 1_000_000));
}
