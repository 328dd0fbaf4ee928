import { formatMicros, type Micros, type WireTime } from '../database/timestamp.js';
import { currentOrigin } from '../ops/origin.js';
import type { Transaction } from '../database/statements.js';
import type { Envelope, EventType, MembershipChange } from './event.js';
import { streamName, type StreamKey } from './stream.js';

/** The place of one event: its number in the stream and its moment. */
export interface EventSlot {
  seq: number;
  time: WireTime;
}

/** A stream whose lock this transaction holds, so that nobody else numbers events in it meanwhile. */
export class LockedStream {
  readonly appended: Envelope[] = [];

  constructor(
    readonly key: StreamKey,
    private headSeq: number,
    private lastTime: Micros,
  ) {}

  /** The seq of its newest event, 0 if there is none. */
  get head(): number {
    return this.headSeq;
  }

  /** The moment just before its next event. */
  get time(): Micros {
    return this.lastTime;
  }

  /** The next event's place. Take it and append in this order: slots are never given back. */
  nextSlot(): EventSlot {
    this.lastTime += 1;
    this.headSeq += 1;
    return { seq: this.headSeq, time: formatMicros(this.lastTime) };
  }

  /** @param origin the call that it comes from, where that is not the one this code runs for */
  append(type: EventType, payload: object, slot = this.nextSlot(), origin = currentOrigin()): void {
    const { kind, id } = this.key;
    this.appended.push({ kind, stream_id: id, seq: slot.seq, type, tm_create: slot.time, payload, origin });
  }

  appendMembership(type: 'chat_joined' | 'chat_left', change: MembershipChange): void {
    this.append(type, change);
  }
}

/** One transaction that writes events; made by `EventLog.write`. */
export class StreamTransaction implements Transaction {
  private readonly streams = new Map<string, LockedStream>();

  /** @param locked the streams, once they are locked: known after the first answer to a query */
  constructor(
    private readonly database: Transaction,
    private readonly locked: Promise<LockedStream[]>,
  ) {
    locked.then(
      (streams) => streams.forEach((stream) => this.streams.set(streamName(stream.key), stream)),
      () => undefined,
    );
  }

  /** Travels right behind the locking, so it sees what is true under the locks. */
  async query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]> {
    const [, rows] = await Promise.all([this.locked, this.database.query<Row>(sql, values)]);
    return rows;
  }

  send(sql: string, values: unknown[]): void {
    this.database.send(sql, values);
  }

  /** True where the stream's lock was taken; known after the first answer to a query. */
  holds(key: StreamKey): boolean {
    return this.streams.has(streamName(key));
  }

  /** A stream whose lock was taken. */
  stream(key: StreamKey): LockedStream {
    const stream = this.streams.get(streamName(key));
    if (!stream) throw new Error(`stream ${streamName(key)} is not locked`);
    return stream;
  }

  /** Makes a stream that nobody else can know of before the commit, and that begins at this time. */
  createStream(key: StreamKey, time: Micros): LockedStream {
    this.send('INSERT INTO streams (kind, id) VALUES ($1, $2)', [key.kind, key.id]);
    const stream = new LockedStream(key, 0, time);
    this.streams.set(streamName(key), stream);
    return stream;
  }

  /** Everything appended so far, stream by stream in order. */
  get appended(): Envelope[] {
    return [...this.streams.values()].flatMap((stream) => stream.appended);
  }
}
