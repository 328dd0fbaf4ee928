import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { WireTime } from '../database/timestamp.js';
import { Epoch } from './epoch.js';
import type { StreamPosition, TimedPosition } from './event-log.js';
import type { StreamKind } from './stream.js';

/** Where a stream is, compared with where somebody thought it was. */
interface ChangedTail extends StreamPosition {
  /** True where the event that somebody has at its position is not the one that is stored there. */
  isOtherHistory: boolean;
}

/** What PostgreSQL holds at one moment. */
export interface TailComparison {
  epoch: string;
  /** When the server was started that answered. */
  serverStart: WireTime;
  /** The newest event of all streams; none where there is no event. */
  newest: TimedPosition | undefined;
  /** Streams whose head is not the position that was given, at their head. */
  changed: ChangedTail[];
}

interface Row {
  epoch: string;
  server_start: WireTime;
  newest_kind: StreamKind | null;
  newest_id: string;
  newest_seq: number;
  newest_time: WireTime;
  kind: StreamKind | null;
  id: string;
  head: number;
  is_other: boolean | null;
}

interface LatelyRow {
  kind: StreamKind;
  id: string;
  seq: number;
  events: number;
}

// Where nothing has changed this is one descent of the primary key a stream, 17 µs, as it would be
// without the times. An event that retention has deleted says nothing of its history.
const compare = (epoch: string): string => `
  SELECT ${epoch} AS epoch, pg_postmaster_start_time() AS server_start, newest.*, changed.*
  FROM (VALUES (1)) AS one
  LEFT JOIN (
    SELECT kind AS newest_kind, stream_id AS newest_id, seq AS newest_seq, tm_create AS newest_time
    FROM events ORDER BY tm_create DESC LIMIT 1
  ) newest ON true
  LEFT JOIN (
    SELECT p.kind, p.id, coalesce(h.seq, 0) AS head,
           coalesce(h.seq, 0) < p.seq OR (p.time || '+00')::timestamptz <> (
             SELECT tm_create FROM events WHERE kind = p.kind AND stream_id = p.id AND seq = p.seq
           ) AS is_other
    FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[]) AS p (kind, id, seq, time)
    LEFT JOIN LATERAL (
      SELECT seq, tm_create FROM events
      WHERE kind = p.kind AND stream_id = p.id
      ORDER BY seq DESC LIMIT 1
    ) h ON true
    WHERE coalesce(h.seq, 0) <> p.seq OR h.tm_create <> (p.time || '+00')::timestamptz
  ) changed ON true`;

const WRITTEN_LATELY = `
  SELECT kind, stream_id AS id, max(seq) AS seq, count(*)::int AS events FROM (
    SELECT kind, stream_id, seq FROM events
    WHERE tm_create > now() - $1 * interval '1 ms' ORDER BY tm_create DESC LIMIT $2
  ) lately GROUP BY kind, stream_id`;

/** Compares what was taken of streams with what PostgreSQL holds of them. */
@Injectable()
export class Tails {
  /** Milliseconds that the time limits leave between the time of an event and its commit. */
  private readonly lately: number;

  constructor(
    private readonly database: Database,
    private readonly epoch: Epoch,
    @Inject(Settings) { databaseLimits }: Settings,
  ) {
    this.lately = databaseLimits.lock + databaseLimits.statement + databaseLimits.idle;
  }

  /**
   * Heads of the streams in which something was written in the last seconds, as many as a transaction may take; none
   * where that were more events than `most`. What waited longer for its commit, for a standby say, is not among them.
   */
  async writtenLately(most: number): Promise<StreamPosition[] | undefined> {
    const values = [this.lately, most + 1];
    const rows = await this.database.query<LatelyRow>(WRITTEN_LATELY, values);
    const events = rows.reduce((sum, row) => sum + row.events, 0);
    return events > most ? undefined : rows.map(({ kind, id, seq }) => ({ stream: { kind, id }, seq }));
  }

  async compare(positions: TimedPosition[]): Promise<TailComparison> {
    const rows = await this.database.query<Row>(compare(await this.epoch.expression()), [
      positions.map(({ stream }) => stream.kind),
      positions.map(({ stream }) => stream.id),
      positions.map(({ seq }) => seq),
      positions.map(({ time }) => time ?? null),
    ]);
    const [first] = rows;
    if (!first) throw new Error('the comparison has no row');
    const changed = rows.flatMap(({ kind, id, head, is_other }) =>
      kind === null ? [] : { stream: { kind, id }, seq: head, isOtherHistory: is_other === true },
    );
    return { epoch: first.epoch, serverStart: first.server_start, newest: newestOf(first), changed };
  }
}

const newestOf = ({ newest_kind, newest_id, newest_seq, newest_time }: Row): TimedPosition | undefined =>
  newest_kind === null
    ? undefined
    : { stream: { kind: newest_kind, id: newest_id }, seq: newest_seq, time: newest_time };
