import type { StreamPosition } from '../events/event-log.js';
import type { Feeds } from './feeds.js';
import type { ReadPage } from './feed.js';
import { Follower, type FollowerOwner, type FollowerSink } from './follower.js';

/** Where following a stream begins. */
export interface FollowStart extends StreamPosition {
  /** The seq at which the membership was known: a leave at or below it ended an earlier one. */
  memberSince: number;
}

/** The followers of one socket that pass their events on to one sink, by the id of their stream. */
export class FollowerSet implements FollowerOwner {
  private readonly followers = new Map<string, Follower>();
  private closed = false;

  constructor(
    readonly agentId: string,
    readonly sink: FollowerSink,
    private readonly feeds: Feeds,
  ) {}

  get readPage(): ReadPage {
    return this.feeds.readPage;
  }

  stopped({ feed }: Follower): void {
    this.followers.delete(feed.stream.id);
    this.feeds.release(feed);
  }

  get(id: string): Follower | undefined {
    return this.followers.get(id);
  }

  /** The last event that was passed on, by stream. */
  positions(): Record<string, number> {
    return Object.fromEntries([...this.followers].map(([id, follower]) => [id, follower.at]));
  }

  /** Followers of these streams, which have yet to catch up. */
  async add(starts: FollowStart[]): Promise<Follower[]> {
    const feeds = await this.feeds.hold(starts.map(({ stream }) => stream));
    return starts.flatMap(({ stream, seq, memberSince }, index) => {
      const feed = feeds[index];
      if (!feed) return [];
      const follower = new Follower(feed, seq, memberSince, this);
      this.followers.set(stream.id, follower);
      if (this.closed) follower.stop();
      return follower;
    });
  }

  /**
   * Has followers that were added catch up; where one cannot, or they are overdue, all of them stop.
   * @throws the error of the one, or the reason of `overdue`
   */
  async catchUp(added: Follower[], overdue: AbortSignal): Promise<void> {
    const stop = (): void => {
      for (const follower of added) follower.stop();
    };
    // At once: whoever has been told that it took too long waits for nothing more.
    overdue.addEventListener('abort', stop);
    try {
      overdue.throwIfAborted();
      // One after the other: a page of each talk at once would be more than may wait for one reader.
      for (const follower of added) await follower.catchUp();
      overdue.throwIfAborted();
    } catch (error) {
      stop();
      throw error;
    } finally {
      overdue.removeEventListener('abort', stop);
    }
  }

  /** Stops the followers of these streams, of all where none are named. */
  stop(ids = [...this.followers.keys()]): void {
    for (const id of ids) this.followers.get(id)?.stop();
  }

  /** Stops all; what is still being added stops as it comes. */
  close(): void {
    this.closed = true;
    this.stop();
  }
}
