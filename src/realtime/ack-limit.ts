import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { overdue } from '../http/request-limit.js';

/** Tells the work on a packet when its answer is overdue: what it has not begun by then, it leaves. */
export class Deadline {
  private refusal: Error | undefined;
  private controller: AbortController | undefined;

  /** Made when it is asked for: few packets need it, and it costs more than all else here. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.refusal) this.controller.abort(this.refusal);
    return this.controller.signal;
  }

  /** @throws what the client was told, where its answer is overdue */
  throwIfPassed(): void {
    if (this.refusal) throw this.refusal;
  }

  pass(refusal: Error): void {
    this.refusal = refusal;
    this.controller?.abort(refusal);
  }
}

/** Sees to it that packets are answered in time, whatever hangs behind them. */
@Injectable()
export class AckLimit {
  /** The timers of packets that wait for something, by what they wait for. */
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
  run<Result>(work: (deadline: Deadline) => Promise<Result>, waitsFor?: object): Promise<Result> {
    const deadline = new Deadline();
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        const refusal = overdue();
        deadline.pass(refusal);
        fail(refusal);
      };
      const timer = setTimeout(giveUp, this.limit);
      const end = waitsFor ? this.prolong(waitsFor, timer) : (): void => clearTimeout(timer);
      const fail = (reason: Error): void => {
        end();
        reject(reason);
      };
      work(deadline).then((result) => {
        end();
        resolve(result);
      }, fail);
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
