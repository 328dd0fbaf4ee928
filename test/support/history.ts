import type { Client } from './client.js';
import { isOwn } from './client.js';
import type { TestDatabase } from './database.js';

/** An event of a talk as it is stored: the truth that deliveries are judged by. */
export interface StoredEvent {
  seq: number;
  type: string;
  tm_create: Date;
  payload: { id: string; owner_id: string; text?: string; type?: string };
}

/** A stretch of a talk's seqs in which an agent was in it; `to` is that of its `participant_left`. */
export interface Interval {
  from: number;
  to: number;
}

export async function storedEvents(
  database: Pick<TestDatabase, 'query'>,
  chatId: string,
): Promise<StoredEvent[]> {
  const rows = await database.query<StoredEvent>(
    `SELECT seq::int, type, tm_create, payload FROM events WHERE kind = 'chat' AND stream_id = $1 ORDER BY seq`,
    [chatId],
  );
  return rows;
}

/** When an agent was in a talk; one of its first participants was from the start. */
export function membershipOf(agentId: string, events: StoredEvent[], isFounder: boolean): Interval[] {
  const intervals: Interval[] = isFounder ? [{ from: 1, to: Infinity }] : [];
  for (const { seq, type, payload } of events) {
    if (payload.owner_id !== agentId) continue;
    if (type === 'participant_joined') intervals.push({ from: seq, to: Infinity });
    if (type === 'participant_left') (intervals.at(-1) as Interval).to = seq;
  }
  return intervals;
}

export const isWithin = (seq: number, intervals: Interval[]): boolean =>
  intervals.some(({ from, to }) => from <= seq && seq <= to);

/** The seqs of a talk's own events, in the order they came. */
export const receivedSeqs = (client: Client, chatId: string): number[] =>
  client
    .of(chatId)
    .filter((event) => !isOwn(event))
    .map(({ seq }) => seq);
