import { Logger } from '@nestjs/common';

/** A small piece of a chore; tells whether there is more to do at once. */
export type ChoreStep = () => Promise<boolean>;

/** Background work that every replica takes up again and again, such as deleting what has grown old. */
export class Chore {
  private readonly logger = new Logger('Chore');
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** @param every milliseconds between two rounds, on average */
  constructor(
    private readonly name: string,
    private readonly every: number,
    private readonly step: ChoreStep,
  ) {}

  start(): void {
    if (this.stopped) return;
    // Replicas that were started together would otherwise keep meeting.
    const pause = this.every * (0.5 + Math.random());
    this.timer = setTimeout(() => void this.round().then(() => this.start()), pause).unref();
  }

  /** For good; a step under way still ends. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Never throws: what failed is there for the next round. */
  private async round(): Promise<void> {
    try {
      let more = true;
      while (more && !this.stopped) more = await this.step();
    } catch (error) {
      if (!this.stopped) this.logger.warn(`${this.name} waits for its next round: ${String(error)}`);
    }
  }
}
