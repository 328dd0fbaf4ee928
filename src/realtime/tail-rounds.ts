import { Injectable } from '@nestjs/common';
import { Bus } from '../events/bus/bus.js';
import { DIRECTORY_STREAM } from '../events/stream.js';
import { Tails } from '../events/tails.js';
import type { Feed } from './feed.js';
import { Feeds } from './feeds.js';

/** Slices in a round: each stream within 2 s, or within 0.5 s where there is no bus to trust. */
const SLICES = { up: 20, away: 5 };
/** Slices between two looks at the directory: a revocation has to be heard within 0.4 s. */
const DIRECTORY_EVERY = 4;
/**
 * Feeds that every slice may compare. Where a round would take more, PostgreSQL is asked so many slices apart which
 * streams were written lately, and the rest is compared in a longer rotation.
 */
const FEEDS_A_SLICE = 25;
const LATELY_EVERY = { up: 10, away: 2 };

/** Tells which feeds the next slice of the tail check compares. */
@Injectable()
export class TailRounds {
  private slice = 0;
  /** True where all that was written lately was seen, so that no stream has to be compared soon. */
  private sawLately = false;
  /** What is left of the longer rotation. */
  private rotation: Feed[] = [];

  constructor(
    private readonly feeds: Feeds,
    private readonly tails: Tails,
    private readonly bus: Bus,
  ) {}

  /** Begins a new round. */
  restart(): void {
    this.slice = 0;
  }

  async next(): Promise<Feed[]> {
    const { state } = this.bus;
    const slices = SLICES[state];
    const slice = this.slice % slices;
    this.slice = slice + 1;
    const open = this.feeds.open();
    if (open.length <= slices * FEEDS_A_SLICE) this.sawLately = false;
    else if (slice % LATELY_EVERY[state] === 0) await this.lookLately(open.length);
    // Its share is fixed for a stream, so that one followed in the middle of a round waits for no second one.
    const feeds = this.sawLately
      ? this.nextOfRotation(open)
      : open.filter(({ share }) => share % slices === slice);
    const directory = slice % DIRECTORY_EVERY === 0 ? this.feeds.find(DIRECTORY_STREAM) : undefined;
    return directory && !feeds.includes(directory) ? [...feeds, directory] : feeds;
  }

  /** Where more was written than feeds are open, to compare each of them is less work. */
  private async lookLately(most: number): Promise<void> {
    this.sawLately = false;
    const lately = await this.tails.writtenLately(most);
    for (const { stream, seq } of lately ?? []) this.feeds.find(stream)?.expect(seq);
    this.sawLately = lately !== undefined;
  }

  /** Finds what was written long before it was committed, and lets what was handed out be confirmed. */
  private nextOfRotation(open: Feed[]): Feed[] {
    if (this.rotation.length === 0) this.rotation = open;
    return this.rotation.splice(-FEEDS_A_SLICE);
  }
}
