/** More than this many held events are not worth the memory: PostgreSQL has them too. */
const HELD_AT_MOST = 1_000;

/**
 * Puts one stream's events in order: each once, none skipped, in whatever order and however often
 * they come in. Knows nothing of time, sockets or databases.
 */
export class Sequencer<Event extends { seq: number }> {
  private readonly held = new Map<number, Event>();

  /** @param appliedSeq the last event that needs no handing out */
  constructor(private appliedSeq: number) {}

  /** The last event handed out. */
  get applied(): number {
    return this.appliedSeq;
  }

  /** True where an event has come in that cannot be handed out because one before it is missing. */
  get hasGap(): boolean {
    return this.held.size > 0;
  }

  /** Takes one event in; returns those that are now due, in order. */
  offer(event: Event): Event[] {
    if (event.seq <= this.appliedSeq) return [];
    if (event.seq > this.appliedSeq + 1) {
      if (this.held.size < HELD_AT_MOST) this.held.set(event.seq, event);
      return [];
    }
    this.appliedSeq = event.seq;
    return [event, ...this.takeDue()];
  }

  /** Takes in what the truth says, which wins over anything held; returns what is now due. */
  fill(events: Event[]): Event[] {
    for (const event of events) {
      if (event.seq > this.appliedSeq) this.held.set(event.seq, event);
    }
    return this.takeDue();
  }

  /** Forgets what is held: the stream's true head is what was handed out last, so none of it was an event. */
  dropHeld(): void {
    this.held.clear();
  }

  private takeDue(): Event[] {
    const due: Event[] = [];
    for (let next = this.held.get(this.appliedSeq + 1); next; next = this.held.get(this.appliedSeq + 1)) {
      this.held.delete(next.seq);
      this.appliedSeq = next.seq;
      due.push(next);
    }
    return due;
  }
}
