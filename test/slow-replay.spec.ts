import { setTimeout as sleep } from 'node:timers/promises';
import { createTalk, range, send } from './support/builders.js';
import { receivedSeqs } from './support/history.js';
import { stopReading } from './support/slow.js';
import { World } from './support/world.js';

/** Milliseconds. */
const ACK_LIMIT = 1_500;

/** Events of one replay, of 10 kB each: far more than the kernel takes in for a reader that does not read. */
const EVENTS = 2_000;

/** Read at a time: more than two of the pages that a replay goes out in. */
const EVENTS_READ = 60;
const TEXT = 'x'.repeat(10_000);

let world: World;
beforeAll(async () => void (world = await World.create({ env: { ACK_LIMIT: `${ACK_LIMIT}ms` } })));
afterAll(() => world.close());

it('a long replay to a slow reader is acked when it is out, however long it takes, as long as it moves', async () => {
  const [author, reader] = await world.agents('Author', 'Reader');
  const { epoch } = await (await author.connect()).subscribe({ chat_ids: [] });
  const talk = await createTalk(author, [reader]);
  await send(author, talk, TEXT);
  await world.database.query(
    `INSERT INTO events (kind, stream_id, seq, type, payload, tm_create)
     SELECT kind, stream_id, n, type, payload, tm_create + n * interval '1 microsecond'
     FROM events, generate_series(2, $2::int) n WHERE kind = 'chat' AND stream_id = $1 AND seq = 1`,
    [talk.id, EVENTS],
  );
  const client = await reader.connect();
  const start = performance.now();
  let milliseconds = 0;
  const acked = client
    .subscribe({ after: { [talk.id]: 0 }, epoch })
    .finally(() => (milliseconds = performance.now() - start));
  while (milliseconds === 0 && performance.now() - start < 2 * ACK_LIMIT) {
    const readOn = stopReading(client);
    await sleep(ACK_LIMIT / 10);
    readOn();
    const enough = Math.min(EVENTS, client.events.length + EVENTS_READ);
    await client.until(({ length }) => length >= enough);
  }
  expect(await acked).toMatchObject({ ok: true, positions: { [talk.id]: EVENTS } });
  expect(milliseconds).toBeGreaterThan(ACK_LIMIT);
  expect(receivedSeqs(client, talk.id)).toEqual(range(1, EVENTS));
});
