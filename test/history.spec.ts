import { setTimeout as sleep } from 'node:timers/promises';
import { add, createTalk, edit, erase, MESSAGES, ok, react, send } from './support/builders.js';
import { eventually } from './support/eventually.js';
import { World, type TestAgent } from './support/world.js';

/** Messages that a talk has had, and as many events. */
const PAST = 20_000;
/** The tables that grow as long as people talk. */
const GROWING = ['messages', 'events', 'reactions', 'idempotency'];
/** PostgreSQL plans a prepared statement anew for five times, and then for good. */
const ROUNDS = 7;
/** Milliseconds after which PostgreSQL's processes have told what they did. */
const TOLD_AFTER = 2_500;

let world: World;
let a: TestAgent;
let b: TestAgent;
let talk: { id: string };

beforeAll(async () => {
  world = await World.create();
  [a, b] = await world.agents('Agent A', 'Agent B');
  talk = await createTalk(a, [b, await world.agent('Agent C')]);
  await send(a, talk, 'the first');
  await writePast(talk.id);
});
afterAll(() => world.close());

/** What a talk would have after years: all like its first message, with two reactions and a key for each. */
async function writePast(chatId: string): Promise<void> {
  const { database } = world;
  await database.query(
    `INSERT INTO messages (id, customer_id, chat_id, seq, owner_type, owner_id, type, text, tm_create, tm_update)
     SELECT gen_random_uuid(), customer_id, chat_id, n, owner_type, owner_id, type, text, time, time
     FROM messages, generate_series(2, $2::int) n
     CROSS JOIN LATERAL (SELECT now() - ($2 + 1 - n) * interval '1 second' AS time) t
     WHERE chat_id = $1`,
    [chatId, PAST],
  );
  await database.query(
    `INSERT INTO events (kind, stream_id, seq, type, payload, tm_create)
     SELECT e.kind, e.stream_id, m.seq, e.type, e.payload, m.tm_create
     FROM messages m JOIN events e ON e.stream_id = m.chat_id AND e.seq = 1
     WHERE m.chat_id = $1 AND m.seq > 1`,
    [chatId],
  );
  await database.query(
    `INSERT INTO reactions (message_id, owner_id, emoji, emoji_key, tm_create)
     SELECT id, owner_id, emoji, emoji, tm_create FROM messages, unnest(ARRAY['👍', '🎉']) AS emoji
     WHERE chat_id = $1`,
    [chatId],
  );
  await database.query(
    `INSERT INTO idempotency (agent_id, key, fingerprint, resource_id, tm_create)
     SELECT owner_id, id::text, '', id, now() FROM messages WHERE chat_id = $1`,
    [chatId],
  );
  await database.query('ANALYZE');
}

/** How often each table was read from end to end, and by an index. */
async function scans(): Promise<{ table: string; whole: number; byIndex: number }[]> {
  return world.database.query(
    `SELECT relname AS table, seq_scan::int AS whole, coalesce(idx_scan, 0)::int AS "byIndex"
     FROM pg_stat_user_tables WHERE relname = ANY($1) ORDER BY relname`,
    [GROWING],
  );
}

async function everythingThatTouchesHistory(key: string): Promise<void> {
  const page = await ok<{ next_page_token: string }>(a.api().get(`${MESSAGES}?chat_id=${talk.id}`));
  const token = encodeURIComponent(page.next_page_token);
  await ok(a.api().get(`${MESSAGES}?chat_id=${talk.id}&page_token=${token}`));
  await ok(a.api().get(`${MESSAGES}?chat_id=${talk.id}&order=desc`));
  await ok(a.api().get(`${MESSAGES}?chat_id=${talk.id}&after_seq=${PAST - 10}`));
  await ok(a.api().get(MESSAGES));
  const message = await send(a, talk, 'Hello', { client_message_id: key });
  const reply = await send(a, talk, 'Reply', { parent_id: message.id });
  await ok(a.api().get(`${MESSAGES}?chat_id=${talk.id}&parent_id=${message.id}`));
  await ok(a.api().get(`${MESSAGES}/${message.id}`));
  await react(b, message, '👍');
  await edit(a, message, { text: 'Edited' });
  await erase(a, reply);
  await add(a, talk, await world.agent('Newcomer'));
  const client = await b.connect();
  const { epoch } = await client.subscribe({ chat_ids: [] });
  await client.subscribe({ after: { [talk.id]: PAST - 100 }, epoch });
}

it('no call reads the past from end to end', async () => {
  await sleep(TOLD_AFTER);
  const before = await scans();
  for (let round = 0; round < ROUNDS; round += 1) await everythingThatTouchesHistory(`key ${round}`);
  await eventually(scans, (now) => now.every(({ byIndex }, at) => byIndex > (before[at]?.byIndex ?? 0)));
  await sleep(TOLD_AFTER);
  const whole = (await scans()).map(({ table, whole }, at) => ({
    table,
    whole: whole - (before[at]?.whole ?? 0),
  }));
  expect(whole).toEqual(GROWING.toSorted().map((table) => ({ table, whole: 0 })));
});
