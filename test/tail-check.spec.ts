import { createTalk, range, send } from './support/builders.js';
import type { Client } from './support/client.js';
import { World, type TestAgent } from './support/world.js';

/** So many that to compare each of them with PostgreSQL takes longer than any of these tests waits. */
const TALKS = 5_000;

describe(`a replica that follows ${TALKS} talks, of events that nobody tells it of`, () => {
  let world: World;
  let a: TestAgent;
  let client: Client;
  let talks: string[];
  beforeAll(async () => {
    world = await World.create();
    a = await world.agent('A');
    const talk = await createTalk(a);
    await send(a, talk, 'the first');
    talks = await copyTalk(talk.id);
    client = await a.follow();
  }, 60_000);
  afterAll(() => world.close());

  /** Makes so many talks like this one, with its first event. */
  async function copyTalk(chatId: string): Promise<string[]> {
    const rows = await world.database.query<{ id: string }>(
      `WITH copies AS MATERIALIZED (SELECT gen_random_uuid() AS id FROM generate_series(1, $2)),
       chat AS (
         INSERT INTO chats SELECT (jsonb_populate_record(c, jsonb_build_object('id', copies.id))).*
         FROM chats c, copies WHERE c.id = $1
       ), participant AS (
         INSERT INTO participants
         SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'chat_id', copies.id))).*
         FROM participants p, copies WHERE chat_id = $1
       ), stream AS (
         INSERT INTO streams SELECT 'chat', id FROM copies
       ), event AS (
         INSERT INTO events SELECT kind, copies.id, seq, type, payload, tm_create - interval '1 hour'
         FROM events, copies WHERE kind = 'chat' AND stream_id = $1 AND seq = 1
       )
       SELECT id FROM copies`,
      [chatId, TALKS],
    );
    return rows.map(({ id }) => id);
  }

  /** Writes the next events of a talk past every replica, as if written so long ago and committed just now. */
  const append = (chatId: string, count = 1, ago = '0 s'): Promise<unknown> =>
    world.database.query(
      `INSERT INTO events SELECT kind, stream_id, seq + n, type, payload, now() + n * interval '1 us' - $3::interval
       FROM (SELECT * FROM events WHERE kind = 'chat' AND stream_id = $1 ORDER BY seq DESC LIMIT 1) head,
            generate_series(1, $2::int) n`,
      [chatId, count, ago],
    );

  it('hears those written just now, in whichever talk', async () => {
    const some = talks.filter((_, index) => index % 100 === 0);
    for (const id of some) await append(id);
    await Promise.all(some.map((id) => client.reach(id, 2)));
  });

  it('hears those whose commit was long in coming, each in its turn', async () => {
    const late = talks.filter((_, index) => index % 100 === 1);
    for (const id of late) await append(id, 1, '5 minutes');
    await client.until((events) => events.some(({ chat_id }) => late.includes(chat_id)), 'a late event');
  });

  it('hears those of a talk in which more was written than anybody would look through', async () => {
    const [busy = '', quiet = ''] = talks.slice(-2);
    await append(busy, 2 * TALKS);
    await append(quiet);
    await client.reach(quiet, 2);
    await client.reach(busy, 1 + 2 * TALKS);
    expect(client.of(busy).map(({ seq }) => seq)).toEqual(range(2, 1 + 2 * TALKS));
  });
});
