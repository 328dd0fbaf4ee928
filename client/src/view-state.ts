import { SnapshotReads } from './snapshot-reads.js';
import { concerned, messageAfter, talkAfter } from './talk-state.js';
import type { Message, MessagePage, Participant, Talk, TalkEvent } from './types.js';

/** A message, and the seq of the newest event that it shows. */
interface Held {
  message: Message;
  asOf: number;
}

/**
 * What is loaded of a talk. Snapshots and events may come in any order: each thing knows as of which
 * seq it is, takes only later events, and gives way only to later snapshots. Knows no network.
 */
export class ViewState {
  talk: Talk | undefined;
  /** From this seq on every message is loaded. */
  oldest = Infinity;
  hasOlder = true;
  private readonly held = new Map<string, Held>();
  private readonly members = new Map<string, Participant>();
  private readonly reads = new SnapshotReads((event) => this.change(event));
  private sorted: Message[] | undefined;

  /** Those loaded without a hole up to the newest, ascending by seq. */
  get messages(): Message[] {
    this.sorted ??= this.all().filter(({ seq }) => seq >= this.oldest);
    return this.sorted;
  }

  /** The loaded replies to a message, ascending by seq. */
  thread(parentId: string): Message[] {
    return this.all().filter(({ parent_id }) => parent_id === parentId);
  }

  /** Oldest first. */
  get participants(): Participant[] {
    return [...this.members.values()].sort((a, b) => order(a.tm_joined, b.tm_joined) || order(a.id, b.id));
  }

  /** Reads a snapshot; whatever it is, what happened since it was asked for is then applied to it. */
  reading<Snapshot>(read: () => Promise<Snapshot>, merge: (snapshot: Snapshot) => void): Promise<Snapshot> {
    return this.reads.run(read, merge);
  }

  setTalk(talk: Talk): void {
    if (!this.talk || this.talk.seq < talk.seq) this.talk = talk;
  }

  setParticipants(participants: Participant[]): void {
    this.members.clear();
    for (const participant of participants) this.members.set(participant.id, participant);
  }

  /** A page that ends right before `oldest`, newest first. */
  addOlder({ result, seq }: MessagePage, isLast: boolean): void {
    this.add(result, seq);
    this.oldest = Math.min(this.oldest, result.at(-1)?.seq ?? this.oldest);
    this.hasOlder = !isLast;
    if (isLast) this.oldest = 0;
  }

  add(messages: Message[], asOf = 0): void {
    for (const message of messages) {
      const held = this.held.get(message.id);
      if (!held || held.asOf < asOf) this.held.set(message.id, { message, asOf });
    }
    this.sorted = undefined;
  }

  apply(event: TalkEvent): void {
    this.reads.apply(event);
  }

  private change(event: TalkEvent): void {
    if (this.talk) this.talk = talkAfter(this.talk, event);
    if (event.type === 'participant_joined') this.members.set(event.data.id, event.data);
    if (event.type === 'participant_left') this.members.delete(event.data.id);
    for (const id of concerned(event)) this.changeMessage(id, event);
    if (event.type === 'message_created' && !this.held.has(event.data.id)) this.add([event.data], event.seq);
  }

  private changeMessage(id: string | undefined, event: TalkEvent): void {
    const held = id === undefined ? undefined : this.held.get(id);
    const message = held && event.seq > held.asOf ? messageAfter(held.message, event) : undefined;
    if (!message) return;
    this.held.set(message.id, { message, asOf: event.seq });
    this.sorted = undefined;
  }

  private all(): Message[] {
    return [...this.held.values()].map(({ message }) => message).sort((a, b) => a.seq - b.seq);
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
