import type { DomainError } from '../errors/domain-error.js';

/** Does one packet; what it has not begun when the signal comes, it leaves. */
type PacketWork<Result> = (overdue: AbortSignal) => Promise<Result>;

/** Sees to it that packets are answered in time, whatever hangs behind them. */
export class AckLimit {
  /** Of the packets under way; nothing is kept for a socket that has none. */
  private timers: Set<NodeJS.Timeout> | undefined;

  /** `limit` in milliseconds; `refusal` makes the answer to a packet that is over it. */
  constructor(
    private readonly limit: number,
    private readonly refusal: () => DomainError,
  ) {}

  /**
   * Resolves or rejects as `work` does, or rejects with the refusal when the limit has passed since
   * the packet came or, where that is later, since the last progress.
   */
  run<Result>(work: PacketWork<Result>): Promise<Result> {
    const overdue = new AbortController();
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.remove(timer);
        const refusal = this.refusal();
        overdue.abort(refusal);
        reject(refusal);
      };
      const timer = setTimeout(giveUp, this.limit);
      this.timers ??= new Set();
      this.timers.add(timer);
      const end = (): void => {
        clearTimeout(timer);
        this.remove(timer);
      };
      work(overdue.signal).then(resolve, reject).finally(end);
    });
  }

  /** Something that every packet under way may have been waiting for is done: they get the whole time again. */
  progress(): void {
    for (const timer of this.timers ?? []) timer.refresh();
  }

  private remove(timer: NodeJS.Timeout): void {
    this.timers?.delete(timer);
    if (this.timers?.size === 0) this.timers = undefined;
  }
}
