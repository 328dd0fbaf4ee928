import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { overdue as refusal } from '../http/request-limit.js';

/** Does one packet; what it has not begun when the signal comes, it leaves. */
type PacketWork<Result> = (overdue: AbortSignal) => Promise<Result>;

/** Sees to it that packets are answered in time, whatever hangs behind them. */
@Injectable()
export class AckLimit {
  /** Of the packets under way that progress prolongs, by whose it is. */
  private readonly prolonged = new WeakMap<object, Set<NodeJS.Timeout>>();
  /** Milliseconds. */
  private readonly limit: number;

  constructor(@Inject(Settings) { ackLimit }: Pick<Settings, 'ackLimit'>) {
    this.limit = ackLimit;
  }

  /**
   * Resolves or rejects as `work` does, or rejects as overdue when the limit has passed since the packet
   * came or, where that is later, since the last progress of what the work waits for.
   */
  run<Result>(work: PacketWork<Result>, waitsFor?: object): Promise<Result> {
    const overdue = new AbortController();
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        end();
        const reason = refusal();
        overdue.abort(reason);
        reject(reason);
      };
      const timer = setTimeout(giveUp, this.limit);
      const end = waitsFor ? this.prolong(waitsFor, timer) : (): void => clearTimeout(timer);
      work(overdue.signal).then(resolve, reject).finally(end);
    });
  }

  /** Something that every packet under way may have been waiting for is done: they get the whole time again. */
  progress(of: object): void {
    for (const timer of this.prolonged.get(of) ?? []) timer.refresh();
  }

  /** Has progress prolong the timer until what this returns is called. */
  private prolong(waitsFor: object, timer: NodeJS.Timeout): () => void {
    const timers = this.prolonged.get(waitsFor) ?? new Set();
    this.prolonged.set(waitsFor, timers.add(timer));
    return () => {
      clearTimeout(timer);
      if (timers.delete(timer) && timers.size === 0) this.prolonged.delete(waitsFor);
    };
  }
}
