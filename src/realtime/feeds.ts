import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Bus } from '../events/bus/bus.js';
import { CommittedEvents } from '../events/committed-events.js';
import type { Envelope } from '../events/event.js';
import { StreamReads } from '../events/stream-reads.js';
import { streamName, type StreamKey } from '../events/stream.js';
import { Gauges } from '../ops/gauges.js';
import { Feed, type ReadPage } from './feed.js';

interface Entry {
  feed: Promise<Feed>;
  /** The same, once it is there. */
  opened?: Feed;
  /** Events that came in while it was opening. */
  early: Envelope[];
  holders: number;
  linger?: NodeJS.Timeout;
}

/** The streams that this replica follows: opens a feed for the first follower, closes it after the last. */
@Injectable()
export class Feeds implements OnApplicationShutdown {
  private readonly logger = new Logger('Feeds');
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly reads: StreamReads,
    private readonly bus: Bus,
    committed: CommittedEvents,
    @Inject(Settings) private readonly settings: Pick<Settings, 'feedLinger'>,
    gauges: Gauges,
  ) {
    gauges.register('talk_feeds', 'Streams that this replica follows.', () => this.entries.size);
    gauges.register('talk_bus_up', '1 where events reach the other replicas at once, else 0.', () =>
      bus.state === 'up' ? 1 : 0,
    );
    bus.onEnvelope((envelope) => this.accept(envelope));
    committed.listen((envelopes) => {
      for (const envelope of envelopes) this.accept(envelope);
      bus.publish(envelopes);
    });
  }

  /** Reads a page of a stream, waiting its turn. */
  readonly readPage: ReadPage = (stream, after) => this.reads.page(stream, after);

  /**
   * The feeds of these streams, each held until `release`. A new one starts at the stream's head of
   * now, read after its channel was subscribed, so nothing falls in between.
   */
  async hold(streams: StreamKey[]): Promise<Feed[]> {
    const fresh = streams.filter((stream) => !this.entries.has(streamName(stream)));
    if (fresh.length > 0) this.start(fresh);
    const entries = streams.map((stream) => this.entries.get(streamName(stream)) as Entry);
    for (const entry of entries) {
      entry.holders += 1;
      clearTimeout(entry.linger);
    }
    try {
      return await Promise.all(entries.map(({ feed }) => feed));
    } catch (error) {
      for (const entry of entries) this.letGo(entry);
      throw error;
    }
  }

  release(feed: Feed): void {
    const entry = this.entries.get(streamName(feed.stream));
    if (entry?.opened === feed) this.letGo(entry);
  }

  /** Every feed that is open now. */
  open(): Feed[] {
    const feeds: Feed[] = [];
    for (const { opened } of this.entries.values()) if (opened) feeds.push(opened);
    return feeds;
  }

  /** The feed of a stream, if it is open now. */
  find(stream: StreamKey): Feed | undefined {
    return this.entries.get(streamName(stream))?.opened;
  }

  /** Forgets every stream: what was handed out may belong to another history. */
  reset(): void {
    for (const feed of this.open()) this.close(feed);
  }

  onApplicationShutdown(): void {
    this.reset();
  }

  private accept(envelope: Envelope): void {
    const entry = this.entries.get(streamName({ kind: envelope.kind, id: envelope.stream_id }));
    if (!entry) return;
    if (entry.opened) entry.opened.offer(envelope);
    else entry.early.push(envelope);
  }

  private start(streams: StreamKey[]): void {
    const heads = this.bus.subscribe(streams).then(() => this.reads.heads(streams));
    streams.forEach((stream, index) => {
      const name = streamName(stream);
      const entry: Entry = {
        early: [],
        holders: 0,
        feed: heads.then(
          (positions) => {
            const head = positions[index] ?? { stream, seq: 0, time: undefined };
            const feed = new Feed(head, this.readPage, (lost) => this.end(lost));
            entry.opened = feed;
            for (const envelope of entry.early.splice(0)) feed.offer(envelope);
            return feed;
          },
          (error: unknown) => {
            this.entries.delete(name);
            this.bus.unsubscribe([stream]);
            throw error;
          },
        ),
      };
      this.entries.set(name, entry);
    });
  }

  private letGo(entry: Entry): void {
    entry.holders -= 1;
    const feed = entry.opened;
    if (entry.holders > 0 || !feed) return;
    entry.linger = setTimeout(() => this.close(feed), this.settings.feedLinger).unref();
  }

  private end(feed: Feed): void {
    const { kind, id } = feed.stream;
    this.logger.warn({ kind, id }, 'events were deleted before this replica had read them');
    this.close(feed);
  }

  private close(feed: Feed): void {
    const name = streamName(feed.stream);
    const entry = this.entries.get(name);
    if (entry?.opened !== feed) return;
    clearTimeout(entry.linger);
    this.entries.delete(name);
    this.bus.unsubscribe([feed.stream]);
    feed.close();
  }
}
