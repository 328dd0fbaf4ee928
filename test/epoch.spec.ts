import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { copyFiles } from './faults/support/backup.js';
import { Postgres } from './support/postgres.js';
import { createTalk, range, send } from './support/builders.js';
import type { Client } from './support/client.js';
import { talk as command } from './support/command.js';
import { eventually } from './support/eventually.js';
import { receivedSeqs } from './support/history.js';
import { World, type TestAgent } from './support/world.js';

type Talk = Awaited<ReturnType<typeof createTalk>>;

/** A client that follows all its agent's talks, what it knows, and of whom. */
async function following(agent: TestAgent, replica: number) {
  const client = await agent.connect(replica);
  const { epoch, positions } = await client.subscribe();
  return { agent, replica, client, epoch: epoch as string, after: positions as object };
}

type Following = Awaited<ReturnType<typeof following>>;

/** Resolves once each connection was ended; where one was not, the error shows what its replica has noticed. */
const haveEnded = (connected: Following[], { replicas }: World): Promise<unknown> =>
  eventually(
    () =>
      connected.map(({ client, replica }) => ({
        isConnected: client.socket.connected,
        noticed: replicas[replica]
          ?.output()
          .match(/.*(TailCheck|No tail check).*/g)
          ?.slice(-12),
      })),
    (each) => each.every(({ isConnected }) => !isConnected),
  );

/** Comes back with what it knew; tells what it is answered. */
async function comeBack({ agent, replica, after, epoch }: Following) {
  const client = await agent.connect(replica);
  const ack = await client.subscribe({ after, epoch });
  return { client, epoch: ack.epoch as string, resync: new Set(ack.resync as string[]) };
}

/** What a restore leaves that was followed by new writes: other events under the seqs from `from` to `to`. */
const regrow = (from: number, to: number, { id }: Talk): string => `
  BEGIN;
  CREATE TEMP TABLE old ON COMMIT DROP AS
    SELECT * FROM events WHERE kind = 'chat' AND stream_id = '${id}' AND seq = ${from};
  DELETE FROM events WHERE kind = 'chat' AND stream_id = '${id}' AND seq >= ${from};
  DELETE FROM messages WHERE chat_id = '${id}' AND seq >= ${from};
  INSERT INTO events SELECT kind, stream_id, n, type, payload, clock_timestamp() + n * interval '1 us'
    FROM old, generate_series(${from}, ${to}) n;
  COMMIT`;

/** Replicas that wait for whoever holds the epoch. */
const RENEWING = `
  SELECT query_start FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'UPDATE epoch%'`;

describe('two replicas, when the database holds another history than before', () => {
  let world: World;
  let a: TestAgent;
  let b: TestAgent;
  let talks: [Talk, Talk];
  let admin: pg.Client;

  beforeAll(async () => {
    world = await World.create({ replicas: 2 });
    [a, b] = await world.agents('A', 'B');
    talks = [await createTalk(a, [b]), await createTalk(a, [b], { type: 'group' })];
    for (const talk of talks) for (const n of range(1, 5)) await send(a, talk, `message ${n}`);
    admin = new pg.Client(world.database.url);
    await admin.connect();
    await admin.query(`
      CREATE TABLE renewals (value uuid);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO renewals VALUES (NEW.value); RETURN NEW; END $$;
      CREATE TRIGGER note AFTER UPDATE ON epoch FOR EACH ROW EXECUTE FUNCTION note()`);
  });
  afterEach(async () => {
    // The next one begins with replicas that know of this one's end.
    const noticed = (): number[] =>
      world.replicas.map((replica) => replica.output().match(/another history/g)?.length ?? 0);
    await eventually(noticed, ([one, other]) => one === other);
    await admin.query('DELETE FROM renewals');
  });
  afterAll(async () => {
    await admin.end();
    await world.close();
  });

  const renewals = async (): Promise<number> => (await world.database.query('SELECT FROM renewals')).length;

  it('under the seqs that were pushed, everybody learns it, of every talk, connected or not', async () => {
    const offline = await following(b, 0);
    offline.client.close();
    const connected = [await following(b, 0), await following(b, 1), await following(a, 1)];

    await admin.query(regrow(4, 7, talks[0]));
    await haveEnded(connected, world);
    const epochs = new Set<string>();
    for (const before of [...connected, offline]) {
      const { epoch, resync } = await comeBack(before);
      expect(resync).toEqual(new Set(talks.map(({ id }) => id)));
      expect(epoch).not.toBe(before.epoch);
      epochs.add(epoch);
    }
    expect(epochs.size).toBe(1);
    expect(await renewals()).toBe(1);
  });

  it('in a talk that nobody follows, those learn it who come back to it', async () => {
    const talk = await createTalk(a, [b], { type: 'group', name: 'not followed' });
    for (const n of range(1, 3)) await send(a, talk, `message ${n}`);
    const { epoch } = await (await b.connect()).subscribe({ chat_ids: [] });
    // Only a replica that has seen the newest event can miss it.
    await eventually(
      () => world.database.query(`SELECT now() - max(tm_create) > interval '1 s' AS seen FROM events`),
      ([row]) => row?.seen === true,
    );
    await admin.query(regrow(2, 5, talk));
    await eventually(renewals, (count) => count === 1);
    const ack = await (await b.connect()).subscribe({ after: { [talk.id]: 3 }, epoch, chat_ids: [talk.id] });
    expect(ack.resync).toEqual([talk.id]);
    await world.database.query(`DELETE FROM participants WHERE chat_id = $1`, [talk.id]);
  });

  it('and both notice at once, they renew the epoch once', async () => {
    const connected = [await following(b, 0), await following(b, 1)];
    await admin.query('BEGIN; SELECT FROM epoch FOR UPDATE');
    await world.database.query(regrow(5, 5, talks[1]));
    await eventually(
      () => world.database.query(RENEWING),
      (waiting) => waiting.length === 2,
    );
    await admin.query('COMMIT');
    await haveEnded(connected, world);
    const [one, other] = [await comeBack(connected[0]!), await comeBack(connected[1]!)];
    expect(one.epoch).toBe(other.epoch);
    expect(one.resync.size).toBe(2);
    expect(await renewals()).toBe(1);
    await send(a, talks[1], 'the next one');
    for (const { client } of [one, other]) {
      await client.reach(talks[1].id, 6);
      expect(receivedSeqs(client, talks[1].id)).toEqual([6]);
      expect(client.socket.connected).toBe(true);
    }
  });

  it('and cannot renew the epoch at first, they do not forget it, though talks go on', async () => {
    const talk = await createTalk(a, [b], { type: 'group', name: 'goes on' });
    for (const n of range(1, 3)) await send(a, talk, `message ${n}`);
    const connected = [await following(b, 0), await following(b, 1)];
    await admin.query('BEGIN; SELECT FROM epoch FOR UPDATE');
    await world.database.query(regrow(3, 3, talk));
    const renewing = (): Promise<{ query_start: Date }[]> => world.database.query(RENEWING);
    const first = await eventually(renewing, ({ length }) => length === 2);
    await send(a, talk, 'the newest of all, in this history');
    const begun = Math.max(...first.map(({ query_start }) => query_start.getTime()));
    await eventually(
      renewing,
      (again) => again.filter(({ query_start }) => query_start.getTime() > begun).length === 2,
    );
    await admin.query('COMMIT');
    await haveEnded(connected, world);
    for (const before of connected) expect((await comeBack(before)).resync).toContain(talk.id);
    await world.database.query(`DELETE FROM participants WHERE chat_id = $1`, [talk.id]);
  });

  it('and the operator says so, everybody learns it', async () => {
    const connected = [await following(b, 0), await following(a, 1)];
    expect(await command(world.database.url, 'epoch', 'renew')).toMatchObject({
      code: 0,
      stdout: 'The epoch is renewed; every client reads its talks anew.',
    });
    await haveEnded(connected, world);
    for (const before of connected) {
      expect((await comeBack(before)).resync).toEqual(new Set(talks.map(({ id }) => id)));
    }
    expect(await renewals()).toBe(1);
  });

  it('and its tables were restored from a dump, everybody learns it although the stored epoch came along', async () => {
    const before = await following(b, 0);
    await admin.query(`
      BEGIN;
      CREATE TABLE restored (LIKE events INCLUDING ALL);
      INSERT INTO restored SELECT * FROM events;
      DROP TABLE events;
      ALTER TABLE restored RENAME TO events;
      COMMIT`);
    await haveEnded([before], world);
    const { epoch, resync } = await comeBack(before);
    expect([epoch === before.epoch, resync.size, await renewals()]).toEqual([false, 2, 0]);
  });
});

describe('a PostgreSQL that can be stopped', () => {
  let folder: string;
  let postgres: Postgres;
  let world: World;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'talk-epoch-'));
    postgres = await Postgres.start(join(folder, 'postgres'));
    world = await World.create({
      replicas: 2,
      env: { DATABASE_URL: postgres.url, MIGRATE_ON_START: 'true' },
    });
  });
  afterAll(async () => {
    await world.close();
    await postgres.stop('fast');
    await rm(folder, { recursive: true, force: true });
  });

  /** Sends as soon as the database takes it; the agent's tries before that are refused. */
  const sendOnceBack = (author: TestAgent, talk: Talk, text: string): Promise<unknown> =>
    eventually(
      () => send(author, talk, text).catch(() => undefined),
      (message) => message !== undefined,
    );

  it('and crashes and comes back is no reason for anybody to begin anew', async () => {
    const [a, b] = await world.agents('A', 'B');
    const talk = await createTalk(a, [b]);
    await send(a, talk, 'the first one');
    const connected = [await following(b, 0), await following(b, 1)];
    await postgres.restart();
    await sendOnceBack(a, talk, 'the second one');
    for (const before of connected) {
      await before.client.reach(talk.id, 2);
      // By then either replica has compared everything with the server that came back.
      await send(a, talk, 'another one');
      const { epoch, resync } = await comeBack(before);
      expect([epoch, resync.size]).toEqual([before.epoch, 0]);
      expect(before.client.socket.connected).toBe(true);
    }
    const [first, second] = connected.map(({ client }): Client => client);
    for (const client of [first!, second!]) {
      await client.reach(talk.id, 4);
      expect(receivedSeqs(client, talk.id)).toEqual(range(2, 4));
    }
  });

  it('and comes back with the files of before, and more than was lost is written, everybody learns it', async () => {
    const [a, b] = await world.agents('A', 'B');
    const talk = await createTalk(a, [b]);
    await send(a, talk, 'is kept');
    const backup = join(folder, 'backup');
    await postgres.stop('fast');
    await copyFiles(postgres.dataDir, backup);
    await postgres.startAgain();
    await sendOnceBack(a, talk, 'will be lost');
    await send(a, talk, 'will be lost too');
    const connected = [await following(b, 0), await following(b, 1)];

    await postgres.stop();
    await postgres.startAgain(backup);
    for (const n of range(1, 4)) await sendOnceBack(a, talk, `written anew ${n}`);
    await haveEnded(connected, world);
    for (const before of connected) {
      const { client, epoch, resync } = await comeBack(before);
      expect([epoch === before.epoch, resync]).toEqual([false, new Set([talk.id])]);
      client.close();
    }
  });
});
