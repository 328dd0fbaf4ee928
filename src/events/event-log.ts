import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/statements.js';
import { formatMicros, type Micros, type WireTime } from '../database/timestamp.js';
import { commits } from '../ops/metrics.js';
import { jsonOnce } from '../http/json.js';
import type { Origin } from '../ops/origin.js';
import { CommittedEvents } from './committed-events.js';
import type { Envelope } from './event.js';
import { logCommitted, traceCommit } from './event-traces.js';
import { StreamQueue } from './stream-queue.js';
import { LockedStream, StreamTransaction } from './stream-transaction.js';
import { streamName, type StreamKey, type StreamKind } from './stream.js';

/** About the size of one replay page, in bytes of payload. */
const PAGE_BYTES = 256 * 1024;
const PAGE_EVENTS = 500;

// An UPDATE … = ANY(ids) would lock in no fixed order and deadlock; an ordered SELECT does not.
const LOCK = `
  SELECT kind, id FROM streams
  WHERE (kind, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
  ORDER BY kind, id
  FOR UPDATE`;

const LOCK_FREE = `${LOCK} SKIP LOCKED`;

// A statement of its own, so that its snapshot is younger than the locks.
const HEADS = `
  SELECT s.kind, s.id, coalesce(e.seq, 0)::bigint AS head,
         (extract(epoch FROM e.tm_create) * 1000000)::bigint AS last_time,
         (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock
  FROM unnest($1::text[], $2::uuid[]) AS s (kind, id)
  LEFT JOIN LATERAL (
    SELECT seq, tm_create FROM events
    WHERE kind = s.kind AND stream_id = s.id
    ORDER BY seq DESC LIMIT 1
  ) e ON true`;

const APPEND = `
  INSERT INTO events (kind, stream_id, seq, type, payload, tm_create)
  SELECT kind, stream_id, seq, type, payload, (tm_create || '+00')::timestamptz
  FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::json[], $6::text[])
    AS e (kind, stream_id, seq, type, payload, tm_create)`;

// The running total stops a page at its size, yet lets every page hold at least one event.
const READ = `
  SELECT kind, stream_id, seq, type, payload, tm_create FROM (
    SELECT *, sum(octet_length(payload::text)) OVER (ORDER BY seq) - octet_length(payload::text) AS before
    FROM (
      SELECT * FROM events
      WHERE kind = $1 AND stream_id = $2 AND seq > $3
      ORDER BY seq LIMIT ${PAGE_EVENTS}
    ) candidates
  ) page
  WHERE before < ${PAGE_BYTES}
  ORDER BY seq`;

/** What is done in one transaction. */
type Work<Result> = (transaction: StreamTransaction) => Promise<Result>;

/** One for each call that a transaction is for. */
type Origins = (Origin | undefined)[];

interface HeadRow {
  kind: StreamKind;
  id: string;
  head: number;
  last_time: Micros | null;
  clock: Micros;
}

/** A stream and a seq in it: its head, or the last event somebody has. */
export interface StreamPosition {
  stream: StreamKey;
  seq: number;
}

/** A position, and when its event was written: what tells the same seq of two histories apart. */
export interface TimedPosition extends StreamPosition {
  /** None where there is no event yet. */
  time: WireTime | undefined;
}

const columns = (streams: StreamKey[]): [string[], string[]] => [
  streams.map(({ kind }) => kind),
  streams.map(({ id }) => id),
];

/** The streams of events in PostgreSQL: the truth that everything promised about delivery rests on. */
@Injectable()
export class EventLog {
  constructor(
    private readonly database: Database,
    private readonly committed: CommittedEvents,
    private readonly queue: StreamQueue,
  ) {}

  /**
   * Runs `work` in one transaction that holds the locks of `streams`, so that what `work` checks stays
   * true until its events are committed; then announces them. Streams that do not exist are not there
   * to be appended to: `work` finds out by its own checks, which travel right behind the locking. No further locks can be taken later: whoever
   * waits for a lock while it holds others, or a connection, may be waited for in turn.
   * @param origins the calls that it is for, where that is not the one this code runs for
   */
  async write<Result>(streams: StreamKey[], work: Work<Result>, origins?: Origins): Promise<Result> {
    return this.queue.run(streams, () =>
      this.commit((database) => lockStreams(database, LOCK, streams), work, origins),
    );
  }

  /**
   * As `write`, but waits for no lock: `work` gets a transaction that holds those of `streams` that
   * nobody is at, here or in another replica. After its first query it knows which.
   */
  async writeFree<Result>(streams: StreamKey[], work: Work<Result>, origins?: Origins): Promise<Result> {
    return this.queue.runFree(streams, (free) =>
      this.commit((database) => lockStreams(database, LOCK_FREE, free), work, origins),
    );
  }

  /** The next events after a seq, in order: a page of about 256 KiB, empty at the end. */
  async read({ kind, id }: StreamKey, after: number): Promise<Envelope[]> {
    return this.database.query<Envelope & object>(READ, [kind, id, after]);
  }

  /** Head of each stream, in the order given; 0 where there is no event. */
  async heads(streams: StreamKey[]): Promise<TimedPosition[]> {
    if (streams.length === 0) return [];
    const rows = await this.database.query<HeadRow>(HEADS, columns(streams));
    const heads = new Map(rows.map((row) => [streamName(row), row]));
    return streams.map((stream) => {
      const { head = 0, last_time = null } = heads.get(streamName(stream)) ?? {};
      return { stream, seq: head, time: last_time === null ? undefined : formatMicros(last_time) };
    });
  }

  /** Those of `positions` whose next event is no longer kept. */
  async withLostGap(positions: StreamPosition[]): Promise<StreamPosition[]> {
    if (positions.length === 0) return [];
    const kept = await this.database.query<StreamKey & { seq: number }>(
      `SELECT p.kind, p.id, p.seq FROM unnest($1::text[], $2::uuid[], $3::bigint[]) AS p (kind, id, seq)
       JOIN events e ON e.kind = p.kind AND e.stream_id = p.id AND e.seq = p.seq + 1`,
      [...columns(positions.map(({ stream }) => stream)), positions.map(({ seq }) => seq)],
    );
    const names = new Set(kept.map((row) => `${streamName(row)} ${row.seq}`));
    return positions.filter(({ stream, seq }) => !names.has(`${streamName(stream)} ${seq}`));
  }

  private async commit<Result>(
    lock: (database: Transaction) => Promise<LockedStream[]>,
    work: Work<Result>,
    origins: Origins | undefined,
  ): Promise<Result> {
    const commit = (): Promise<{ result: Result; envelopes: Envelope[] }> =>
      this.database.transaction(async (database) => {
        const transaction = new StreamTransaction(database, lock(database));
        const result = await work(transaction);
        const envelopes = transaction.appended;
        this.append(database, envelopes);
        return { result, envelopes };
      });
    const { result, envelopes } = await traceCommit(origins, commit);
    if (envelopes.length > 0) {
      commits.inc();
      logCommitted(envelopes);
      this.committed.announce(envelopes);
    }
    return result;
  }

  private append(database: Transaction, envelopes: Envelope[]): void {
    if (envelopes.length === 0) return;
    database.send(APPEND, [
      envelopes.map(({ kind }) => kind),
      envelopes.map(({ stream_id }) => stream_id),
      envelopes.map(({ seq }) => seq),
      envelopes.map(({ type }) => type),
      envelopes.map(({ payload }) => jsonOnce(payload)),
      envelopes.map(({ tm_create }) => tm_create),
    ]);
  }
}

/** Takes the locks in their one order; streams that do not exist are left out. */
async function lockStreams(
  database: Transaction,
  lock: string,
  streams: StreamKey[],
): Promise<LockedStream[]> {
  if (streams.length === 0) return [];
  const keys = columns(streams);
  const [rows, heads] = await Promise.all([
    database.query<StreamKey>(lock, keys),
    database.query<HeadRow>(HEADS, keys),
  ]);
  const names = new Set(rows.map(streamName));
  return heads
    .filter((row) => names.has(streamName(row)))
    .map((row) => new LockedStream(row, row.head, Math.max(row.clock - 1, row.last_time ?? 0)));
}
