import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backUp, copyFiles, writeOwned } from './support/backup.js';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { Postgres } from '../support/postgres.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { isFull, MINUTE, scaled } from './support/scale.js';
import type { Subscriber } from './support/subscriber.js';
import { judge } from './support/verdict.js';

const PER_SECOND = 100;
/** Milliseconds of sends that the history to come does not hold, and of those after. */
const FORGOTTEN = scaled(1_500, 60_000);
const AFTER = scaled(2_000, 20_000);

let lab: Lab;
let subscribers: Subscriber[];
beforeEach(async () => {
  lab = await Lab.create({ replicas: 2 });
  await lab.createTalks(5, 3);
  subscribers = await lab.followAll();
});
afterEach(() => lab.close());

/** Sends for so long, and tells what became of it. */
async function sendFor(milliseconds: number): Promise<Load> {
  const load = new Load({ talks: lab.talks, pickUrl: lab.pickUrl });
  load.start(PER_SECOND);
  await sleep(milliseconds);
  await load.stop();
  return load;
}

/** Does this while messages are being sent; whatever the database is just then, none of them may fail but for now. */
async function whileSending(work: () => Promise<void>): Promise<void> {
  const load = new Load({ talks: lab.talks, pickUrl: lab.pickUrl });
  load.start(PER_SECOND);
  await work();
  await load.stop();
  const results = load.sends.flatMap(({ attempts }) => attempts.map(({ result }) => result));
  expect(results.filter((result) => result !== 200 && result !== 503)).toEqual([]);
}

/** Everyone has to be told, also who was away meanwhile; what is sent from then on is judged as ever. */
async function expectResync(fault: string, comeBack: () => Promise<void>): Promise<void> {
  const load = await sendFor(AFTER);
  await load.resolveUnknown();
  await comeBack();
  const verdict = judge(load.sends, await lab.settle(), subscribers);
  await report(fault, verdict, `${subscribers.length} clients told to resync`);
  expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
  for (const { resyncs, epochs, logs } of subscribers) {
    expect(new Set(epochs).size).toBe(2);
    expect(new Set(resyncs)).toEqual(new Set(logs.keys()));
  }
}

it(
  'PostgreSQL failed over to a standby that lacks the last commits: every client gets resync, and all goes on',
  async () => {
    const standbyData = join(lab.folder, 'standby');
    await backUp(lab.postgres, standbyData);
    await writeOwned(standbyData, 'standby.signal', '');
    const standby = await Postgres.start(standbyData, [`primary_conninfo=${connectionTo(lab.postgres)}`]);
    await sendFor(500);
    await untilReplayed(standby);
    await standby.stop('fast');
    const lost = await sendFor(FORGOTTEN);
    expect(lost.sends.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(0);
    const comeBack = (subscribers[0] as Subscriber).leave();
    await whileSending(async () => {
      await lab.postgres.stop();
      await lab.postgres.startAgain(standbyData);
      // As clusters do it: for a while the standby answers, but only to be read.
      await sleep(1_000);
      await lab.postgres.query('SELECT pg_promote()');
    });
    await expectResync('failed over to a standby that lacks commits', comeBack);
  },
  scaled(2 * MINUTE, 5 * MINUTE),
);

// In short form it is `test/epoch.spec.ts` that puts files back.
if (isFull) {
  it(
    'PostgreSQL restored to an earlier moment: every client gets resync, and all goes on',
    async () => {
      const backup = join(lab.folder, 'backup');
      await sendFor(500);
      await backUp(lab.postgres, backup);
      const [moment] = await lab.postgres.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
      const lost = await sendFor(FORGOTTEN);
      expect(lost.sends.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(0);
      const comeBack = (subscribers[0] as Subscriber).leave();
      await writeOwned(backup, 'recovery.signal', '');
      await writeOwned(
        backup,
        'postgresql.auto.conf',
        `restore_command = 'cp ${join(lab.folder, 'postgres')}/pg_wal/%f %p'
       recovery_target_time = '${moment?.now}'
       recovery_target_action = 'promote'`,
      );
      await whileSending(async () => {
        await lab.postgres.stop();
        await lab.postgres.startAgain(backup);
      });
      await expectResync('PostgreSQL restored to an earlier moment', comeBack);
    },
    scaled(2 * MINUTE, 5 * MINUTE),
  );

  it(
    'the files of PostgreSQL put back as they were: every client gets resync, and all goes on',
    async () => {
      const copy = join(lab.folder, 'copy');
      await sendFor(500);
      await lab.postgres.stop('fast');
      await copyFiles(lab.postgres.dataDir, copy);
      await lab.postgres.startAgain();
      const lost = await sendFor(FORGOTTEN);
      expect(lost.sends.filter(({ outcome }) => outcome === 'ok').length).toBeGreaterThan(0);
      const comeBack = (subscribers[0] as Subscriber).leave();
      await whileSending(async () => {
        await lab.postgres.stop();
        await lab.postgres.startAgain(copy);
      });
      await expectResync("PostgreSQL's files put back", comeBack);
    },
    scaled(2 * MINUTE, 5 * MINUTE),
  );
}

const connectionTo = ({ url }: Postgres): string => {
  const { hostname, port, username, password } = new URL(url);
  return `host=${hostname} port=${port} user=${username} password=${password}`;
};

/** Until the standby has everything that the primary has. */
async function untilReplayed(standby: Postgres): Promise<void> {
  const [head] = await lab.postgres.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn');
  for (;;) {
    const [row] = await standby.query<{ done: boolean }>(
      `SELECT pg_last_wal_replay_lsn() >= '${head?.lsn}'::pg_lsn AS done`,
    );
    if (row?.done) return;
    await sleep(50);
  }
}
