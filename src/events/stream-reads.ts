import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Batch } from '../database/batch.js';
import type { Envelope } from './event.js';
import { EventLog, type StreamPosition, type TimedPosition } from './event-log.js';
import { streamName, type StreamKey } from './stream.js';

/** Streams that one statement looks at. */
const STREAMS_AT_ONCE = 500;
/** Pages read at once: reading may not take the connections that writing needs. */
const PAGES_AT_ONCE = 4;

/** Reads streams for sockets, with few statements however many of them ask at once. */
@Injectable()
export class StreamReads {
  private readonly headBatch: Batch<StreamKey, TimedPosition>;
  private readonly lostBatch: Batch<StreamPosition, boolean>;
  private readonly limitPages = pLimit(PAGES_AT_ONCE);
  /** Pages whose reading has not begun. */
  private readonly waitingPages = new Map<string, Promise<Envelope[]>>();

  constructor(private readonly log: EventLog) {
    this.headBatch = new Batch(STREAMS_AT_ONCE, (streams) => log.heads(streams));
    this.lostBatch = new Batch(STREAMS_AT_ONCE, async (positions) => {
      const lost = new Set(await log.withLostGap(positions));
      return positions.map((position) => lost.has(position));
    });
  }

  /** Head of each stream, in the order given; 0 where there is no event. */
  heads(streams: StreamKey[]): Promise<TimedPosition[]> {
    return Promise.all(streams.map((stream) => this.headBatch.ask(stream)));
  }

  /** Those of `positions` whose next event is no longer kept. */
  async withLostGap(positions: StreamPosition[]): Promise<StreamPosition[]> {
    const lost = await Promise.all(positions.map((position) => this.lostBatch.ask(position)));
    return positions.filter((_, index) => lost[index]);
  }

  /** The page of events after a seq, each in its turn; all who wait for the same one share it. */
  page(stream: StreamKey, after: number): Promise<Envelope[]> {
    const name = `${streamName(stream)} ${after}`;
    const waiting = this.waitingPages.get(name);
    if (waiting) return waiting;
    const page = this.limitPages(() => {
      // Whoever asks from here on may need what is committed only now.
      this.waitingPages.delete(name);
      return this.log.read(stream, after);
    });
    this.waitingPages.set(name, page);
    return page;
  }
}
