import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from './support/lab.js';
import { Load, type LoadedTalk, type Send } from './support/load.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

const FROZEN = scaled(6_000, 20_000);
/** Milliseconds after which the others have to send to the hot talk again, and that a send to another talk may take. */
const HOT_LIMIT = scaled(15_000, 5_000);
const OTHER_LIMIT = scaled(3_000, 1_000);
const [VICTIM, OTHER] = [0, 1];

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 2 })));
afterAll(() => lab.close());

it(
  `a replica frozen for ${FROZEN / 1000} s in mid transaction on a hot talk: the others go on, and it catches up`,
  async () => {
    const [hot, ...others] = (await lab.createTalks(5, 3)) as [LoadedTalk, ...LoadedTalk[]];
    await lab.followAll(lab.urlOf(VICTIM));
    const subscribers = await lab.followAll(lab.urlOf(OTHER));
    const atVictim = new Load({ talks: [hot], pickUrl: lab.urlOf(VICTIM) });
    const atOther = new Load({ talks: [hot], pickUrl: lab.urlOf(OTHER) });
    const elsewhere = new Load({ talks: others, pickUrl: lab.urlOf(OTHER) });
    const running = atVictim.run(Infinity, 8);
    const thaw = await freezeInTransaction();
    const frozenAt = performance.now();
    atOther.start(50);
    elsewhere.start(50);
    await sleep(FROZEN);
    thaw();
    await sleep(1_000);
    await Promise.all([atVictim, atOther, elsewhere].map((load) => load.stop()));
    await running;
    const until = firstSuccess(atOther.sends) - frozenAt;
    const slowest = Math.max(...elsewhere.sends.flatMap(({ attempts }) => attempts.map(({ took }) => took)));
    const elsewhereResults = elsewhere.sends.flatMap(({ attempts }) => attempts.map(({ result }) => result));
    const sends = [atVictim, atOther, elsewhere].flatMap((load) => load.sends);
    await Promise.all([atVictim, atOther, elsewhere].map((load) => load.resolveUnknown()));

    const verdict = judge(sends, await lab.settle(), subscribers);
    await report(
      `a replica frozen in mid transaction, ${FROZEN / 1000} s`,
      verdict,
      `its talk open to others after ${(until / 1000).toFixed(1)} s; a send elsewhere took ${Math.round(slowest)} ms at most`,
    );
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: sends.length });
    expect(until).toBeLessThan(HOT_LIMIT);
    expect(elsewhereResults.filter((result) => result !== 200)).toEqual([]);
    expect(slowest).toBeLessThan(OTHER_LIMIT);
    expect(subscribers.flatMap(({ resyncs }) => resyncs)).toEqual([]);
  },
  scaled(2 * MINUTE, 3 * MINUTE),
);

/** Freezes the victim again and again, until it is caught with a transaction of its open; what this returns thaws it. */
async function freezeInTransaction(): Promise<() => void> {
  for (;;) {
    await sleep(50 + Math.random() * 50);
    const thaw = lab.freezeReplica(VICTIM);
    // Long enough that only who is frozen can have been idle for so long.
    await sleep(300);
    const [row] = await lab.world.database.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity
       WHERE application_name = 'talk' AND state = 'idle in transaction' AND state_change < now() - interval '0.2 s'`,
    );
    if (row?.count) return thaw;
    thaw();
  }
}

const firstSuccess = (sends: Send[]): number =>
  Math.min(
    ...sends
      .flatMap(({ attempts }) => attempts)
      .filter(({ result }) => result === 200)
      .map(({ at, took }) => at + took),
  );
