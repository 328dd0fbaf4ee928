/**
 * Lets so much happen in each turn of the event loop, and the rest in the next ones. When hundreds come at
 * once, all else that this process does gets its turn in between.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly each: number) {}

  /** Runs it in one of the next turns. */
  run(step: () => void): void {
    this.waiting.push(step);
    if (this.waiting.length === 1) setImmediate(() => this.runSome());
  }

  /** Resolves in one of the next turns. */
  next(): Promise<void> {
    return new Promise((resolve) => this.run(resolve));
  }

  private runSome(): void {
    // The first stays until all have run, so that what comes meanwhile begins no second round.
    for (const step of this.waiting.slice(0, this.each)) step();
    this.waiting.splice(0, this.each);
    if (this.waiting.length > 0) setImmediate(() => this.runSome());
  }
}
