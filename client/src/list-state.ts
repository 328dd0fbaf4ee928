import { SnapshotReads } from './snapshot-reads.js';
import { talkAfter } from './talk-state.js';
import type { Talk, TalkEvent } from './types.js';

interface Entry {
  talk: Talk;
  /** When something last happened in it, as far as that is known. */
  activity: string;
}

/** The loaded talks of an agent; as with a talk's messages, snapshots and events may come in any order. */
export class ListState {
  private readonly entries = new Map<string, Entry>();
  /** Left while snapshots were read that may still tell of them. */
  private readonly gone = new Set<string>();
  private readonly reads = new SnapshotReads(
    (event) => this.change(event),
    () => this.gone.clear(),
  );

  /** Newest activity first. */
  get talks(): Talk[] {
    return [...this.entries.values()]
      .sort((a, b) => (a.activity < b.activity ? 1 : a.activity > b.activity ? -1 : 0))
      .map(({ talk }) => talk);
  }

  has(chatId: string): boolean {
    return this.entries.has(chatId);
  }

  reading<Snapshot>(read: () => Promise<Snapshot>, merge: (snapshot: Snapshot) => void): Promise<Snapshot> {
    return this.reads.run(read, merge);
  }

  put(talk: Talk, isNewer = false): void {
    const entry = this.entries.get(talk.id);
    if (this.gone.has(talk.id) || (entry && entry.talk.seq > talk.seq && !isNewer)) return;
    const activity = [talk.tm_update, talk.tm_create, entry?.activity ?? ''].sort().at(-1) ?? '';
    this.entries.set(talk.id, { talk, activity });
  }

  /** Something happened in it at this time. */
  touch(chatId: string, time: string): void {
    const entry = this.entries.get(chatId);
    if (entry && time > entry.activity) entry.activity = time;
  }

  apply(event: TalkEvent): void {
    this.reads.apply(event);
  }

  join(chatId: string): void {
    this.gone.delete(chatId);
  }

  leave(chatId: string): void {
    this.entries.delete(chatId);
    if (this.reads.areOpen) this.gone.add(chatId);
  }

  private change(event: TalkEvent): void {
    const entry = this.entries.get(event.chat_id);
    if (!entry) return;
    entry.talk = talkAfter(entry.talk, event);
    this.touch(event.chat_id, event.tm_create);
  }
}
