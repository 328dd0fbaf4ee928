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

/** What several followers of one reader share. */
export interface FollowerOwner {
  readonly agentId: string;
  readonly sink: FollowerSink;
  readonly readPage: ReadPage;
  /** The follower passes on nothing more. */
  stopped(follower: Follower): void;
}

/**
 * One reader of one stream: gets every event after its position once and in order, first from
 * PostgreSQL, then from the feed, and stops by itself at the event that ends its membership.
 */
export class Follower implements FeedListener {
  private isStopped = false;

  /**
   * @param position the last event the reader has
   * @param memberSince the seq at which its membership was known: a leave at or below it ended an earlier one
   */
  constructor(
    readonly feed: Feed,
    private position: number,
    private readonly memberSince: number,
    private readonly owner: FollowerOwner,
  ) {}

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
    const { feed } = this;
    const { sink, readPage } = this.owner;
    feed.unlisten(this);
    while (!this.isStopped && this.position < Math.max(feed.applied, target)) {
      const page = await readPage(feed.stream, this.position);
      if (page[0]?.seq !== this.position + 1) throw new LostGap();
      for (const envelope of page) this.deliver(envelope);
      await sink.flushed?.();
    }
    if (!this.isStopped) feed.listen(this);
  }

  deliver(envelope: Envelope): void {
    if (this.isStopped || envelope.seq <= this.position) return;
    if (envelope.seq > this.position + 1) return this.lose();
    this.position = envelope.seq;
    const { sink, agentId } = this.owner;
    sink.emit(envelope);
    if (envelope.seq > this.memberSince && endsFor(envelope, agentId)) this.stop();
  }

  lose(): void {
    this.stop();
    this.owner.sink.abort();
  }

  /** Passes on nothing more. */
  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.feed.unlisten(this);
    this.owner.stopped(this);
  }
}
