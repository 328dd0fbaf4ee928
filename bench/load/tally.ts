import { quantile } from '../measure/quantile.js';
import type { Outcome } from './plan.js';

const GROWTH = 2;
/** Awaited of a call that nobody receives: its answer ends it. */
const NOBODY = -1;

/** Counts calls and receipts by the number of the message; cheap enough for a hundred thousand a second. */
export class Tally {
  private startedAt = new Float64Array(1 << 16);
  /** Receipts that are still to come. */
  private awaited = new Int32Array(1 << 16);
  private acknowledgedFlags = new Uint8Array(1 << 16);
  private begun = 0;
  private refused = 0;
  private extra = 0;
  private isOpen = false;
  private openedAt = Infinity;
  private closedAt = Infinity;
  private calls = 0;
  private deliveries = 0;
  private readonly latencies: number[] = [];

  /** A new message that so many sockets are to receive; tells its number. */
  begin(receivers: number): number {
    const number = this.begun++;
    if (number === this.startedAt.length) this.grow();
    this.startedAt[number] = performance.now();
    this.awaited[number] = receivers || NOBODY;
    return number;
  }

  answered(number: number, isAccepted: boolean): void {
    if (!isAccepted) {
      this.refused += 1;
      return;
    }
    this.acknowledgedFlags[number] = 1;
    if (this.isOpen) this.calls += 1;
    if (this.awaited[number] === NOBODY) this.complete(number);
  }

  received(number: number): void {
    const left = (this.awaited[number] as number) - 1;
    this.awaited[number] = left;
    if (this.isOpen) this.deliveries += 1;
    if (left > 0) return;
    if (left < 0) this.extra += 1;
    else this.complete(number);
  }

  open(): void {
    this.isOpen = true;
    this.openedAt = performance.now();
  }

  close(): void {
    this.isOpen = false;
    this.closedAt = performance.now();
  }

  /** Receipts that acknowledged messages lack. */
  missing(): number {
    let missing = 0;
    for (let number = 0; number < this.begun; number += 1) {
      if (this.acknowledgedFlags[number]) missing += Math.max(0, this.awaited[number] as number);
    }
    return missing;
  }

  outcome(): Outcome {
    const { calls, deliveries, extra, refused } = this;
    const seconds = (this.closedAt - this.openedAt) / 1000;
    const acknowledged = this.acknowledgedFlags.reduce((sum, flag) => sum + flag, 0);
    const [p50, p99] = [quantile(this.latencies, 0.5), quantile(this.latencies, 0.99)];
    return { calls, deliveries, seconds, p50, p99, acknowledged, missing: this.missing(), extra, refused };
  }

  /** Also of a call that ends after the measured time, if it began within: leaving out the slow ones would flatter. */
  private complete(number: number): void {
    const startedAt = this.startedAt[number] as number;
    if (startedAt >= this.openedAt && startedAt < this.closedAt) {
      this.latencies.push(performance.now() - startedAt);
    }
  }

  private grow(): void {
    const size = this.begun * GROWTH;
    const [startedAt, awaited] = [new Float64Array(size), new Int32Array(size)];
    const flags = new Uint8Array(size);
    startedAt.set(this.startedAt);
    awaited.set(this.awaited);
    flags.set(this.acknowledgedFlags);
    [this.startedAt, this.awaited, this.acknowledgedFlags] = [startedAt, awaited, flags];
  }
}
