import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '../events/bus/bus.js';
import { EventLog } from '../events/event-log.js';
import { DIRECTORY_STREAM, streamName } from '../events/stream.js';
import type { Feed } from './feed.js';
import { Feeds } from './feeds.js';
import { Revocations } from './revocations.js';
import { Sockets } from './sockets.js';

/** Milliseconds from one slice of a round to the next; and between two at the least, however long a slice takes. */
const SLICE_EVERY = 100;
const PAUSE_AT_LEAST = 20;
/** Slices in a round: each stream within 2 s, or within 0.5 s where there is no bus to trust. */
const SLICES = { up: 20, away: 5 };
/** Slices between two looks at the directory: a revocation has to be heard within 0.4 s. */
const DIRECTORY_EVERY = 4;

/** Fixed for a stream, so that one followed in the middle of a round waits for no second one. */
const sliceOf = ({ stream }: Feed, slices: number): number =>
  Number.parseInt(stream.id.slice(-6), 16) % slices;

/**
 * Compares what the feeds have handed out with PostgreSQL, in rotation: a lost last event leaves no
 * gap to see. Alone it delivers everything, only later than the bus. It also notices another epoch.
 */
@Injectable()
export class TailCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('TailCheck');
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private slice = 0;
  private epoch: string | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly feeds: Feeds,
    private readonly sockets: Sockets,
    private readonly revocations: Revocations,
    private readonly bus: Bus,
  ) {}

  onApplicationBootstrap(): void {
    this.bus.onState((state) => {
      this.slice = 0;
      if (state === 'up') void this.check(this.feeds.open());
    });
    this.schedule();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedule(pause = SLICE_EVERY): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      const next = performance.now() + SLICE_EVERY;
      void this.check(this.nextSlice()).then(() =>
        this.schedule(Math.max(PAUSE_AT_LEAST, next - performance.now())),
      );
    }, pause);
  }

  private nextSlice(): Feed[] {
    const slices = SLICES[this.bus.state];
    const feeds = this.feeds.open().filter((feed) => sliceOf(feed, slices) === this.slice);
    const directory = this.slice % DIRECTORY_EVERY === 0 ? this.feeds.find(DIRECTORY_STREAM) : undefined;
    this.slice = (this.slice + 1) % slices;
    return directory && !feeds.includes(directory) ? [...feeds, directory] : feeds;
  }

  /** Never throws: while PostgreSQL does not answer there is nothing to compare with, and the next slice tries again. */
  private async check(feeds: Feed[]): Promise<void> {
    if (feeds.length === 0) return;
    try {
      await this.compare(feeds);
    } catch (error) {
      this.logger.debug(`No tail check: ${String(error)}`);
    }
  }

  private async compare(feeds: Feed[]): Promise<void> {
    const positions = new Map(
      feeds.map((feed) => [streamName(feed.stream), { feed, applied: feed.applied }]),
    );
    const { epoch, changed } = await this.log.changes(
      feeds.map(({ stream, applied }) => ({ stream, seq: applied })),
    );
    this.epoch ??= epoch;
    if (epoch !== this.epoch) return this.startAnew(epoch);
    for (const { stream, seq: head } of changed) {
      const position = positions.get(streamName(stream));
      if (position && head < position.applied) return this.startAnew(epoch);
      position?.feed.expect(head);
    }
  }

  /** A restore, or a failover that lost commits: no seq that anyone remembers can be trusted. */
  private startAnew(epoch: string): void {
    this.logger.warn('The database holds another history than before; every socket has to resume');
    this.epoch = epoch;
    this.feeds.reset();
    this.sockets.closeAll();
    void this.revocations.follow();
  }
}
