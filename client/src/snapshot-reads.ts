import type { TalkEvent } from './types.js';

/**
 * Snapshots that are being read, and the events that came meanwhile: a snapshot may be older than they
 * are, so each is applied when it comes, and again to every snapshot.
 */
export class SnapshotReads {
  private readonly events: TalkEvent[] = [];
  private open = 0;

  /** @param onDone called whenever none is being read any more */
  constructor(
    private readonly change: (event: TalkEvent) => void,
    private readonly onDone = (): void => undefined,
  ) {}

  get areOpen(): boolean {
    return this.open > 0;
  }

  apply(event: TalkEvent): void {
    if (this.areOpen) this.events.push(event);
    this.change(event);
  }

  async run<Snapshot>(read: () => Promise<Snapshot>, merge: (snapshot: Snapshot) => void): Promise<Snapshot> {
    this.open += 1;
    try {
      const snapshot = await read();
      merge(snapshot);
      this.events.forEach(this.change);
      return snapshot;
    } finally {
      this.open -= 1;
      if (!this.areOpen) {
        this.events.length = 0;
        this.onDone();
      }
    }
  }
}
