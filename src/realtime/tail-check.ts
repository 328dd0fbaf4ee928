import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '../events/bus/bus.js';
import { Epoch } from '../events/epoch.js';
import type { TimedPosition } from '../events/event-log.js';
import { DIRECTORY_STREAM, streamName, type StreamKey } from '../events/stream.js';
import { Tails, type TailComparison } from '../events/tails.js';
import type { Feed } from './feed.js';
import { Feeds } from './feeds.js';
import { Revocations } from './revocations.js';
import { Serial } from './serial.js';
import { Sockets } from './sockets.js';

/** Milliseconds from one slice of a round to the next; and between two at the least, however long a slice takes. */
const SLICE_EVERY = 100;
const PAUSE_AT_LEAST = 20;
/** Slices in a round: each stream within 2 s, or within 0.5 s where there is no bus to trust. */
const SLICES = { up: 20, away: 5 };
/** Slices between two looks at the directory: a revocation has to be heard within 0.4 s. */
const DIRECTORY_EVERY = 4;

const isDirectory = ({ stream }: { stream: StreamKey }): boolean => stream.kind === DIRECTORY_STREAM.kind;

/**
 * Compares what the feeds have handed out with PostgreSQL, in rotation: a lost last event leaves no
 * gap to see. Alone it delivers everything, only later than the bus. It also notices another history.
 */
@Injectable()
export class TailCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('TailCheck');
  /** One check at a time: after another history was noticed, none that began before may judge by it. */
  private readonly checks = new Serial();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private slice = 0;
  private epoch: string | undefined;
  private serverStart: string | undefined;
  /** The newest event of all: where commits were lost, it was among them, whoever follows its stream or none. */
  private newest: TimedPosition | undefined;

  constructor(
    private readonly tails: Tails,
    private readonly epochs: Epoch,
    private readonly feeds: Feeds,
    private readonly sockets: Sockets,
    private readonly revocations: Revocations,
    private readonly bus: Bus,
  ) {}

  onApplicationBootstrap(): void {
    this.bus.onState((state) => {
      this.slice = 0;
      if (state === 'up') void this.check(() => this.feeds.open());
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
      void this.check(() => this.nextSlice()).then(() =>
        this.schedule(Math.max(PAUSE_AT_LEAST, next - performance.now())),
      );
    }, pause);
  }

  private nextSlice(): Feed[] {
    const slices = SLICES[this.bus.state];
    // Fixed for a stream, so that one followed in the middle of a round waits for no second one.
    const feeds = this.feeds.open().filter(({ share }) => share % slices === this.slice);
    const directory = this.slice % DIRECTORY_EVERY === 0 ? this.feeds.find(DIRECTORY_STREAM) : undefined;
    this.slice = (this.slice + 1) % slices;
    return directory && !feeds.includes(directory) ? [...feeds, directory] : feeds;
  }

  /** Never throws: while PostgreSQL does not answer there is nothing to compare with, and the next slice tries again. */
  private check(choose: () => Feed[]): Promise<void> {
    return this.checks
      .run(() => this.checkThose(choose()))
      .catch((error: unknown) => this.logger.debug(`No tail check: ${String(error)}`));
  }

  private async checkThose(feeds: Feed[]): Promise<void> {
    if (feeds.length === 0) return;
    const compared = feeds.map(({ applied }) => applied);
    const began = performance.now();
    const { serverStart, changed } = await this.compare(feeds);
    // Commits can only be lost where the server was started anew: by a failover, a restore, a crash. Until
    // a feed is compared it would drop another history's events as seen, so none waits for its turn; and
    // where one has gone on into that history already, what it handed out before tells.
    if (this.serverStart !== undefined && serverStart !== this.serverStart) {
      const all = this.feeds.open();
      await this.compare(
        all,
        all.flatMap(({ trail }) => trail),
      );
    }
    this.serverStart = serverStart;
    feeds.forEach((feed, index) => feed.confirm(compared[index] ?? 0));
    const directory = feeds.find(isDirectory);
    if (directory && !changed.some(isDirectory)) this.revocations.confirm(directory, began);
  }

  private async compare(feeds: Feed[], further: TimedPosition[] = []): Promise<TailComparison> {
    const byName = new Map(feeds.map((feed) => [streamName(feed.stream), feed]));
    const positions = [...feeds.map(({ position }) => position), ...further];
    if (this.newest) positions.push(this.newest);
    const comparison = await this.tails.compare(positions);
    const { epoch, newest, changed } = comparison;
    this.newest = newest;
    this.epoch ??= epoch;
    if (epoch !== this.epoch) this.startAnew(epoch);
    // Renewed for those too who follow nothing now, or other talks only, and come back later.
    else if (changed.some(({ isOtherHistory }) => isOtherHistory)) {
      this.startAnew(await this.epochs.renew(epoch));
    } else {
      for (const { stream, seq } of changed) byName.get(streamName(stream))?.expect(seq);
    }
    return comparison;
  }

  /** A restore, or a failover that lost commits: no seq that anyone remembers can be trusted. */
  private startAnew(epoch: string): void {
    this.logger.warn('The database holds another history than before; every socket has to resume');
    this.epoch = epoch;
    this.feeds.reset();
    this.sockets.closeAll('epoch');
    void this.revocations.follow();
  }
}
