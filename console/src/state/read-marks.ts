import { keepStored, readStored } from './storage.js';

const storage = (): Storage => localStorage;

/** Up to which seq the agent has read each talk, in this browser. */
export class ReadMarks {
  private readonly key: string;
  private readonly seqs: Map<string, number>;
  /** Whether the agent was never here before. */
  readonly isNew: boolean;

  constructor(agentId: string) {
    this.key = `talk-read:${agentId}`;
    const kept = readStored(storage, this.key);
    this.isNew = kept === undefined;
    this.seqs = new Map(parse(kept));
  }

  of(chatId: string): number {
    return this.seqs.get(chatId) ?? 0;
  }

  /** Tells whether that is news. */
  mark(chatId: string, seq: number): boolean {
    if (seq <= this.of(chatId)) return false;
    this.seqs.set(chatId, seq);
    keepStored(storage, this.key, JSON.stringify([...this.seqs]));
    return true;
  }
}

function parse(text = '[]'): [string, number][] {
  try {
    return JSON.parse(text) as [string, number][];
  } catch {
    return [];
  }
}
