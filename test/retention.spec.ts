import { setTimeout as sleep } from 'node:timers/promises';
import { createTalk, edit, erase, messagesOf, range, readTalk, send } from './support/builders.js';
import { eventually } from './support/eventually.js';
import { receivedSeqs } from './support/history.js';
import { Reader } from './support/reader.js';
import { stopReading } from './support/slow.js';
import { World, type TestAgent } from './support/world.js';

type Talk = Awaited<ReturnType<typeof createTalk>>;

/** The seqs of the talk's events that are kept, in order. */
async function keptSeqs({ database }: World, { id }: Talk): Promise<number[]> {
  const rows = await database.query<{ seq: number }>(
    `SELECT seq::int FROM events WHERE kind = 'chat' AND stream_id = $1 ORDER BY seq`,
    [id],
  );
  return rows.map(({ seq }) => seq);
}

const onlyTheHeadIsKept = (world: World, talk: Talk, head: number): Promise<number[]> =>
  eventually(
    () => keptSeqs(world, talk),
    (seqs) => seqs.length === 1 && seqs[0] === head,
  );

async function sendMany(author: TestAgent, talk: Talk, count: number): Promise<void> {
  for (const n of range(1, count)) await send(author, talk, `message ${n}`);
}

/** Events that nobody told of, as if written just now. */
const appendMany = ({ database }: World, talk: Talk, count: number, text = ''): Promise<unknown> =>
  database.query(
    `INSERT INTO events (kind, stream_id, seq, type, payload, tm_create)
     SELECT 'chat', stream_id, seq + n, type, (payload::jsonb || jsonb_build_object('text', $3::text))::json,
            clock_timestamp() + n * interval '1 us'
     FROM (SELECT * FROM events WHERE kind = 'chat' AND stream_id = $1 ORDER BY seq DESC LIMIT 1) head,
          generate_series(1, $2::int) n`,
    [talk.id, count, text],
  );

describe('with a retention of one second, on two replicas', () => {
  let world: World;
  let a: TestAgent;
  let b: TestAgent;
  beforeAll(async () => {
    world = await World.create({ replicas: 2, env: { EVENT_RETENTION: '1s' } });
    [a, b] = await world.agents('A', 'B');
  });
  afterAll(() => world.close());

  it('old events go, the newest of every stream stays, and a talk goes on as if nothing were', async () => {
    const talk = await createTalk(a, [b]);
    const client = await b.follow(1);
    await sendMany(a, talk, 5);
    await onlyTheHeadIsKept(world, talk, 5);
    const streams = await eventually(
      () =>
        world.database.query<{ kind: string; events: number }>(
          'SELECT kind, count(*)::int AS events FROM events GROUP BY kind, stream_id',
        ),
      (rows) => rows.every(({ events }) => events === 1),
    );
    expect(new Set(streams.map(({ kind }) => kind))).toEqual(new Set(['agent', 'chat']));

    expect((await readTalk(a, talk)).seq).toBe(5);
    await send(a, talk, 'the sixth');
    await client.reach(talk.id, 6);
    expect(receivedSeqs(client, talk.id)).toEqual(range(1, 6));
    expect((await messagesOf(b, talk)).map(({ text }) => text)).toEqual([
      ...range(1, 5).map((n) => `message ${n}`),
      'the sixth',
    ]);
  });

  it('whoever comes back too late learns it, and is resumed exactly where the gap is still kept', async () => {
    const [late, inTime] = [await createTalk(a, [b]), await createTalk(a, [b], { type: 'group' })];
    const { epoch } = await (await b.connect()).subscribe();
    await sendMany(a, late, 4);
    await sendMany(a, inTime, 4);
    await onlyTheHeadIsKept(world, late, 4);
    await onlyTheHeadIsKept(world, inTime, 4);

    const client = await b.connect(1);
    const ack = await client.subscribe({ after: { [late.id]: 2, [inTime.id]: 3 }, epoch });
    expect(ack.resync).toEqual([late.id]);
    expect(ack.positions).toMatchObject({ [late.id]: 4, [inTime.id]: 4 });
    expect(receivedSeqs(client, inTime.id)).toEqual([4]);
    await send(a, late, 'the fifth');
    await client.reach(late.id, 5);
    expect(receivedSeqs(client, late.id)).toEqual([5]);
  });

  it('the clean-up catches up with far more than goes at once', async () => {
    const talks = [await createTalk(a), await createTalk(a, [b], { type: 'group' })];
    for (const talk of talks) {
      await send(a, talk, 'the first');
      await appendMany(world, talk, 5_000);
    }
    for (const talk of talks) await onlyTheHeadIsKept(world, talk, 5_001);
  });

  it('no hole is left by both cleaning at once under load, while messages are edited and deleted', async () => {
    const talks = await Promise.all(range(1, 4).map((n) => createTalk(a, [b], { name: `${n}` })));
    // With so short a retention a machine that is busy may well delete what a replica has yet to read.
    const readers = [await Reader.start(b, 0), await Reader.start(b, 1)];
    const erased: Promise<unknown>[] = [];
    let writing = true;
    const writers = talks.map(async (talk) => {
      for (let sent = 0; sent < 60 || (await keptSeqs(world, talk))[0] === 1; sent += 1) {
        const message = await send(a, talk, `message ${sent}`);
        await edit(a, message, { text: 'edited' });
        // Old enough that the clean-up may be at its events.
        if (sent % 4 === 0) erased.push(sleep(700 + sent * 10).then(() => erase(a, message)));
      }
    });
    const watching = (async () => {
      while (writing) {
        for (const talk of talks) {
          const seqs = await keptSeqs(world, talk);
          expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
        }
        await sleep(20);
      }
    })();
    await Promise.all(writers).finally(() => (writing = false));
    await watching;
    await Promise.all(erased);
    for (const talk of talks) {
      const { seq } = await readTalk(a, talk);
      for (const reader of readers) {
        await eventually(
          () => reader.at(talk.id),
          (at) => at === seq,
        );
      }
      await onlyTheHeadIsKept(world, talk, seq);
    }
    for (const reader of readers) {
      reader.close();
      expect(reader.skipped).toEqual([]);
    }
  }, 120_000);
});

describe('a gap that is deleted before it was read', () => {
  it('ends the sockets of a replica that stood still for longer than the retention', async () => {
    const world = await World.create({ replicas: 2, env: { EVENT_RETENTION: '1s', REDIS_URL: '' } });
    const [a, b] = await world.agents('A', 'B');
    const talk = await createTalk(a, [b]);
    const client = await b.connect(1);
    const { epoch } = await client.subscribe();
    await send(a, talk, 'the first');
    await client.reach(talk.id, 1);

    const { process: frozen } = world.replica(1);
    frozen.kill('SIGSTOP');
    await sendMany(a, talk, 4);
    await onlyTheHeadIsKept(world, talk, 5);
    const ended = new Promise((resolve) => client.socket.once('disconnect', resolve));
    frozen.kill('SIGCONT');
    await ended;
    expect(receivedSeqs(client, talk.id)).toEqual([1]);

    const again = await b.connect(1);
    expect(await again.subscribe({ after: { [talk.id]: 1 }, epoch })).toMatchObject({
      positions: { [talk.id]: 5 },
      resync: [talk.id],
    });
    await send(a, talk, 'the sixth');
    await again.reach(talk.id, 6);
    expect(receivedSeqs(again, talk.id)).toEqual([6]);
    await world.close();
  });

  it('ends the socket that it was being replayed to', async () => {
    const world = await World.create();
    const [a, b] = await world.agents('A', 'B');
    const talk = await createTalk(a, [b]);
    const { epoch } = await (await b.connect()).subscribe();
    await send(a, talk, 'the first');
    await appendMany(world, talk, 3_000, 'x'.repeat(10_000));

    const client = await b.connect();
    const ended = new Promise((resolve) => client.socket.once('disconnect', resolve));
    void client.subscribe({ after: { [talk.id]: 0 }, epoch }).catch(() => undefined);
    await client.reach(talk.id, 1);
    const resumeReading = stopReading(client);
    await world.database.query(`DELETE FROM events WHERE kind = 'chat' AND seq < 3001`);
    resumeReading();
    await ended;
    const seen = receivedSeqs(client, talk.id);
    expect(seen.length).toBeLessThan(3_000);
    expect(seen).toEqual(range(1, seen.length));

    const again = await b.connect();
    const position = { [talk.id]: seen.length };
    expect(await again.subscribe({ after: position, epoch })).toMatchObject({ resync: [talk.id] });
    await world.close();
  });
});
