/** Counts what each holder has, and gives none more than the limit; 0 is no limit. */
export class HeldCounts {
  private readonly counts = new Map<string, number>();

  constructor(private readonly limit: number) {}

  /** @returns false where the holder has as many as it may; then nothing is counted */
  take(holder: string): boolean {
    const held = this.counts.get(holder) ?? 0;
    if (this.limit > 0 && held >= this.limit) return false;
    this.counts.set(holder, held + 1);
    return true;
  }

  /** Gives back one that was taken. */
  release(holder: string): void {
    const held = this.counts.get(holder) ?? 0;
    if (held > 1) this.counts.set(holder, held - 1);
    else this.counts.delete(holder);
  }
}
