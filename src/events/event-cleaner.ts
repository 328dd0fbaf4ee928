import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { Chore } from '../ops/chore.js';

const EVENTS_AT_ONCE = 500;

/** Rounds in one retention, and the milliseconds that lie between two at least and at most. */
const ROUNDS = 100;
const EVERY = { min: 1_000, max: 10 * 60_000 };

// One cleaner at a time. A row's lock ends with its transaction, also behind a PgBouncer.
const TAKE_TURN = 'SELECT single FROM retention FOR UPDATE SKIP LOCKED';

// Of two that wait for each other PostgreSQL ends the one that notices after a second: let it be this
// one, rather than somebody who is just taking a deleted message's text out of the events.
const GIVE_WAY = 'SET LOCAL lock_timeout = 100';

// Old events are found by time, from where the last batch ended, so that the heads that stay for ever
// are not looked at again and again. They are deleted by seq: up to here in each stream, and whatever
// a batch before had to leave there because it was the head then. So what remains has no hole.
const CLEAN = `
  WITH due AS (
    SELECT kind, stream_id, seq, tm_create FROM events
    WHERE tm_create > (SELECT cleaned_to FROM retention) AND tm_create < now() - $1 * interval '1 ms'
    ORDER BY tm_create LIMIT ${EVENTS_AT_ONCE}
  ), ends AS (
    SELECT kind, stream_id, max(seq) AS seq FROM due GROUP BY kind, stream_id
  ), deleted AS (
    DELETE FROM events e USING ends
    WHERE e.kind = ends.kind AND e.stream_id = ends.stream_id AND e.seq <= ends.seq
      AND e.seq < (SELECT max(h.seq) FROM events h WHERE h.kind = ends.kind AND h.stream_id = ends.stream_id)
  )
  UPDATE retention SET cleaned_to = (SELECT max(tm_create) FROM due) WHERE EXISTS (SELECT FROM due)
  RETURNING (SELECT count(*) FROM due) AS found`;

/**
 * Deletes events that are older than the retention, but never the newest of a stream: it is the head.
 * Takes no stream's lock, so nobody who writes waits for it.
 */
@Injectable()
export class EventCleaner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly retention: number;
  private readonly chore: Chore;

  constructor(
    private readonly database: Database,
    @Inject(Settings) { eventRetention }: Settings,
  ) {
    this.retention = eventRetention;
    const every = Math.min(Math.max(eventRetention / ROUNDS, EVERY.min), EVERY.max);
    this.chore = new Chore('Deleting old events', every, () => this.clean());
  }

  onApplicationBootstrap(): void {
    this.chore.start();
  }

  onApplicationShutdown(): void {
    this.chore.stop();
  }

  private clean(): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      if ((await transaction.query(TAKE_TURN)).length === 0) return false;
      await transaction.query(GIVE_WAY);
      const [cleaned] = await transaction.query<{ found: number }>(CLEAN, [this.retention]);
      return cleaned?.found === EVENTS_AT_ONCE;
    });
  }
}
