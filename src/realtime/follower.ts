import { endsFor, type Envelope } from '../events/event.js';
import type { Feed, FeedListener, ReadPage } from './feed.js';
import { LostGap } from './lost-gap.js';

/** Where a follower's events go. */
export interface FollowerSink {
  /** Passes one event on; must not throw. */
  emit(envelope: Envelope): void;
  /** Resolves when what was emitted has left this process, or its reader is gone. None: it is at once. */
  flushed?(): Promise<void>;
  /** Ends the reader's connection; it resumes where it stopped, or learns that it cannot. */
  abort(): void;
}

export interface FollowerOptions {
  feed: Feed;
  agentId: string;
  /** The last event the reader has. */
  position: number;
  /** The seq at which its membership was known: a leave at or below it ended an earlier one. */
  memberSince: number;
  sink: FollowerSink;
}

/**
 * One reader of one stream: gets every event after its position once and in order, first from
 * PostgreSQL, then from the feed, and stops by itself at the event that ends its membership.
 */
export class Follower implements FeedListener {
  private position: number;
  private stopped = false;

  constructor(
    private readonly options: FollowerOptions,
    private readonly readPage: ReadPage,
    private readonly onStop: () => void,
  ) {
    this.position = options.position;
  }

  /** The last event passed on. */
  get at(): number {
    return this.position;
  }

  /**
   * Passes on what is stored, up to `target` and to wherever the feed is, and from that very tick on
   * listens to the feed. Not to be called again before it is done.
   * @throws LostGap where the stored events do not go on from the position
   */
  async catchUp(target = 0): Promise<void> {
    const { feed, sink } = this.options;
    feed.unlisten(this);
    while (!this.stopped && this.position < Math.max(feed.applied, target)) {
      const page = await this.readPage(feed.stream, this.position);
      if (page[0]?.seq !== this.position + 1) throw new LostGap();
      for (const envelope of page) this.deliver(envelope);
      await sink.flushed?.();
    }
    if (!this.stopped) feed.listen(this);
  }

  deliver(envelope: Envelope): void {
    if (this.stopped || envelope.seq <= this.position) return;
    if (envelope.seq > this.position + 1) return this.lose();
    this.position = envelope.seq;
    const { sink, memberSince, agentId } = this.options;
    sink.emit(envelope);
    if (envelope.seq > memberSince && endsFor(envelope, agentId)) this.stop();
  }

  lose(): void {
    this.stop();
    this.options.sink.abort();
  }

  /** Passes on nothing more. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.options.feed.unlisten(this);
    this.onStop();
  }
}
