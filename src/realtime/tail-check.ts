import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '../events/bus/bus.js';
import { Epoch } from '../events/epoch.js';
import type { TimedPosition } from '../events/event-log.js';
import { DIRECTORY_STREAM, streamName, type StreamKey } from '../events/stream.js';
import { Tails, type TailComparison } from '../events/tails.js';
import type { Feed } from './feed.js';
import { Feeds } from './feeds.js';
import { DirectoryWatch } from './directory-watch.js';
import { Serial } from './serial.js';
import { Sockets } from './sockets.js';
import { TailRounds } from './tail-rounds.js';

/** Milliseconds from one slice of a round to the next; and between two at the least, however long a slice takes. */
const SLICE_EVERY = 100;
const PAUSE_AT_LEAST = 20;

const isDirectory = ({ stream }: { stream: StreamKey }): boolean => stream.kind === DIRECTORY_STREAM.kind;

/**
 * Compares what the feeds have handed out with PostgreSQL, in rotation: a lost last event leaves no
 * gap to see. Alone it delivers everything, only later than the bus. It also notices another history.
 */
@Injectable()
export class TailCheck implements OnApplicationShutdown {
  private readonly logger = new Logger('TailCheck');
  /** One check at a time: after another history was noticed, none that began before may judge by it. */
  private readonly checks = new Serial();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private epoch: string | undefined;
  private serverStart: string | undefined;
  /** The newest event of all: where commits were lost, it was among them, whoever follows its stream or none. */
  private newest: TimedPosition | undefined;
  /** Kept until the epoch could be renewed: the next comparison may find that talks have gone on into it. */
  private noticedOther = false;

  constructor(
    private readonly rounds: TailRounds,
    private readonly tails: Tails,
    private readonly epochs: Epoch,
    private readonly feeds: Feeds,
    private readonly sockets: Sockets,
    private readonly directory: DirectoryWatch,
    private readonly bus: Bus,
  ) {}

  /**
   * Learns which history the database holds, and goes on comparing with it. Comes before any socket:
   * what was not known before a client was told its positions is not missed when it is lost.
   * @throws DomainError where PostgreSQL does not answer; then it may be tried again
   */
  async begin(): Promise<void> {
    await this.checks.run(() => this.checkThose(this.feeds.open()));
    this.bus.onState((state) => {
      this.rounds.restart();
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
      void this.check(() => this.rounds.next()).then(() =>
        this.schedule(Math.max(PAUSE_AT_LEAST, next - performance.now())),
      );
    }, pause);
  }

  /** Never throws: while PostgreSQL does not answer there is nothing to compare with, and the next slice tries again. */
  private check(choose: () => Feed[] | Promise<Feed[]>): Promise<void> {
    return this.checks
      .run(async () => {
        const feeds = await choose();
        if (feeds.length > 0) await this.checkThose(feeds);
      })
      .catch((error: unknown) => this.logger.debug(`No tail check: ${String(error)}`));
  }

  private async checkThose(feeds: Feed[]): Promise<void> {
    const compared = feeds.map(({ applied }) => applied);
    const began = performance.now();
    const { serverStart, changed } = await this.compare(feeds);
    // Commits can only be lost where the server was started anew: by a failover, a restore, a crash. Until
    // a feed is compared it would drop another history's events as seen, so none waits for its turn; and
    // where one has gone on into that history already, what it handed out before tells.
    if (serverStart !== this.serverStart) {
      const all = this.feeds.open();
      await this.compare(
        all,
        all.flatMap(({ trail }) => trail),
      );
    }
    this.serverStart = serverStart;
    feeds.forEach((feed, index) => feed.confirm(compared[index] ?? 0));
    const directory = feeds.find(isDirectory);
    if (directory && !changed.some(isDirectory)) this.directory.confirm(directory, began);
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
    else if ((this.noticedOther ||= changed.some(({ isOtherHistory }) => isOtherHistory))) {
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
    this.noticedOther = false;
    this.feeds.reset();
    this.sockets.closeAll('epoch');
    void this.directory.follow();
  }
}
