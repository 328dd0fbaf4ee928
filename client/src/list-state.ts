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
  private readonly log: TalkEvent[] = [];
  /** Left while snapshots were read that may still tell of them. */
  private readonly gone = new Set<string>();
  private reads = 0;

  /** Newest activity first. */
  get talks(): Talk[] {
    return [...this.entries.values()]
      .sort((a, b) => (a.activity < b.activity ? 1 : a.activity > b.activity ? -1 : 0))
      .map(({ talk }) => talk);
  }

  has(chatId: string): boolean {
    return this.entries.has(chatId);
  }

  async reading<Snapshot>(
    read: () => Promise<Snapshot>,
    merge: (snapshot: Snapshot) => void,
  ): Promise<Snapshot> {
    this.reads += 1;
    try {
      const snapshot = await read();
      merge(snapshot);
      for (const event of this.log) this.change(event);
      return snapshot;
    } finally {
      this.reads -= 1;
      if (this.reads === 0) {
        this.log.length = 0;
        this.gone.clear();
      }
    }
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
    if (this.reads > 0) this.log.push(event);
    this.change(event);
  }

  join(chatId: string): void {
    this.gone.delete(chatId);
  }

  leave(chatId: string): void {
    this.entries.delete(chatId);
    if (this.reads > 0) this.gone.add(chatId);
  }

  private change(event: TalkEvent): void {
    const entry = this.entries.get(event.chat_id);
    if (!entry) return;
    entry.talk = talkAfter(entry.talk, event);
    this.touch(event.chat_id, event.tm_create);
  }
}
