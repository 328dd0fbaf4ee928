import type { Writable } from 'node:stream';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { Fanout } from './fanout.js';
import type { Caller } from './tokens.js';

/** A message as its author sends it. */
export interface Draft {
  chat_id: string;
  text: string;
  client_message_id: string;
}

interface Waiting {
  draft: Draft;
  id: string;
  caller: Caller;
  /** The message but for its number and its time, from the second key on. */
  rest: string;
  /** Called once it is durable with the message as JSON, or without where its author is not in the talk. */
  done: (message?: string) => void;
}

interface Stored {
  place: string;
  seq: string;
  tm_create: string;
}

const LOCK = 'SELECT 1 FROM streams WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE';

// A statement of its own, so that its snapshot is younger than the locks.
const INSERT = `
  WITH sends AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[])
      WITH ORDINALITY AS s (id, customer_id, chat_id, owner_id, text, client_message_id, rest, place)
  ), allowed AS (
    SELECT s.*, row_number() OVER (PARTITION BY chat_id ORDER BY place) AS nth
    FROM sends s JOIN participants p USING (chat_id, owner_id)
  ), heads AS (
    SELECT chat_id, coalesce(
      (SELECT seq FROM events WHERE stream_id = chat_id ORDER BY seq DESC LIMIT 1), 0) AS head
    FROM (SELECT DISTINCT chat_id FROM sends) c
  ), numbered AS MATERIALIZED (
    SELECT a.*, head + nth AS seq, clock_timestamp()::timestamp AS tm_create
    FROM allowed a JOIN heads USING (chat_id)
  ), new_messages AS (
    INSERT INTO messages (id, customer_id, chat_id, seq, owner_id, text, client_message_id, tm_create)
    SELECT id, customer_id, chat_id, seq, owner_id, text, client_message_id, tm_create FROM numbered
  ), new_events AS (
    INSERT INTO events (stream_id, seq, type, payload, tm_create)
    SELECT chat_id, seq, 'message_created', ('{"seq":' || seq || ',"tm_create":"' || tm_create
      || '","tm_update":"' || tm_create || '",' || rest)::json, tm_create
    FROM numbered
  )
  SELECT place, seq, tm_create::text FROM numbered ORDER BY place`;

/** Transactions at once; no two of them write to the same talk. */
const AT_ONCE = 2;

/** Sends that arrive while their talk's transaction, or all transactions, are in flight go together in the next. */
export class Sends {
  private waiting: Waiting[] = [];
  private readonly busy = new Set<string>();
  private inFlight = 0;
  private isScheduled = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly fanout: Fanout,
  ) {}

  send(draft: Draft, caller: Caller, done: (message?: string) => void): void {
    const id = uuid();
    const rest = JSON.stringify({
      id,
      customer_id: caller.customerId,
      owner_type: 'agent',
      owner_id: caller.id,
      chat_id: draft.chat_id,
      type: 'normal',
      text: draft.text,
      medias: [],
      metadata: { reactions: [] },
      reply_count: 0,
      client_message_id: draft.client_message_id,
      tm_delete: '',
    }).slice(1);
    this.waiting.push({ draft, id, caller, rest, done });
    this.schedule();
  }

  /** After everything that has come in already, which so goes along. */
  private schedule(): void {
    if (this.isScheduled || this.inFlight === AT_ONCE) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      void this.run();
    });
  }

  private async run(): Promise<void> {
    const batch = this.waiting.filter(({ draft }) => !this.busy.has(draft.chat_id));
    if (batch.length === 0) return;
    this.waiting = this.waiting.filter(({ draft }) => this.busy.has(draft.chat_id));
    const chatIds = [...new Set(batch.map(({ draft }) => draft.chat_id))];
    this.inFlight += 1;
    for (const id of chatIds) this.busy.add(id);
    const stored = await this.store(chatIds, batch);
    for (const id of chatIds) this.busy.delete(id);
    this.inFlight -= 1;
    this.announce(batch, stored);
    if (this.waiting.length > 0) this.schedule();
  }

  /** One transaction in one round trip; its commit is durable when this resolves. */
  private async store(chatIds: string[], batch: Waiting[]): Promise<Stored[]> {
    const client = await this.pool.connect();
    try {
      const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
      stream.cork();
      const answers = Promise.all([
        client.query({ name: 'begin', text: 'BEGIN' }),
        client.query({ name: 'lock', text: LOCK, values: [literal(chatIds)] }),
        client.query<Stored>({ name: 'insert', text: INSERT, values: columns(batch) }),
        client.query({ name: 'commit', text: 'COMMIT' }),
      ]);
      process.nextTick(() => stream.uncork());
      const [, , inserted] = await answers;
      return inserted.rows;
    } finally {
      client.release();
    }
  }

  private announce(batch: Waiting[], stored: Stored[]): void {
    const refused = new Set(batch);
    const accepted = stored.map(({ place, seq, tm_create }) => {
      const waiting = batch[Number(place) - 1] as Waiting;
      refused.delete(waiting);
      const message = `{"seq":${seq},"tm_create":"${tm_create}","tm_update":"${tm_create}",${waiting.rest}`;
      const { chat_id } = waiting.draft;
      this.fanout.publish(
        chat_id,
        `{"type":"message_created","chat_id":"${chat_id}","seq":${seq},"tm_create":"${tm_create}","data":${message}}`,
      );
      return { waiting, message };
    });
    for (const { waiting, message } of accepted) waiting.done(message);
    for (const { done } of refused) done();
  }
}

const columns = (batch: Waiting[]): string[] => [
  literal(batch.map(({ id }) => id)),
  literal(batch.map(({ caller }) => caller.customerId)),
  literal(batch.map(({ draft }) => draft.chat_id)),
  literal(batch.map(({ caller }) => caller.id)),
  literal(batch.map(({ draft }) => quoted(draft.text))),
  literal(batch.map(({ draft }) => quoted(draft.client_message_id))),
  literal(batch.map(({ rest }) => quoted(rest))),
];

/** PostgreSQL's text form of an array. */
const literal = (values: string[]): string => `{${values.join(',')}}`;

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
