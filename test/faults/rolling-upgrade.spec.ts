import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '../support/command.js';
import { createFurtherBuild } from '../support/further-build.js';
import { startReplica, WAITING, type Replica } from '../support/replica.js';
import { Lab } from './support/lab.js';
import { Load } from './support/load.js';
import { Readiness } from './support/readiness.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge } from './support/verdict.js';

const REPLICAS = 3;
const PER_SECOND = scaled(100, 200);
/** The default in full. */
const SHUTDOWN = scaled(
  { SHUTDOWN_DELAY: '3s', SHUTDOWN_GRACE: '6s' },
  { SHUTDOWN_DELAY: '5s', SHUTDOWN_GRACE: '20s' },
);
/** Milliseconds that the old build goes on alone on the newer schema. */
const OLD_ON_NEW = scaled(1_500, 10_000);

let lab: Lab;
let readiness: Readiness;
beforeAll(async () => {
  lab = await Lab.create({ replicas: REPLICAS, env: SHUTDOWN });
  readiness = await Readiness.watch(lab);
});
afterAll(async () => {
  readiness.stop();
  await lab.close();
});

const readinessOf = async ({ url }: Replica): Promise<unknown> => (await fetch(`${url}/readyz`)).json();

it(
  `${REPLICAS} replicas upgraded under load to a build with a further migration: no 5xx, nothing lost or doubled`,
  async () => {
    const { main, cli } = await createFurtherBuild(join(lab.folder, 'further'));
    const env: Record<string, string> = { ...lab.world.env, MIGRATE_ON_START: 'false' };
    const talks = await lab.createTalks(10, 3);
    const subscribers = await lab.followAll(readiness.pickUrl);
    const load = new Load({ talks, pickUrl: readiness.pickUrl });
    load.start(PER_SECOND);
    await sleep(500);

    const early = await startReplica(env, { main, said: WAITING });
    expect(early.output()).toContain('the database has an older schema');
    expect(await readinessOf(early)).toMatchObject({ status: 'not_ready', schema: 'outdated' });
    lab.replicas.push(early);
    expect(await runCli(cli, env.DATABASE_URL, 'migrate')).toEqual({
      code: 0,
      stdout: 'The schema is up to date.',
      refusal: '',
    });
    await readiness.until(early.url, true);
    await sleep(OLD_ON_NEW);
    for (const old of lab.replicas.slice(0, REPLICAS)) {
      expect(await readinessOf(old)).toMatchObject({ status: 'ready', schema: 'current' });
    }

    const exitCodes: (number | null)[] = [await lab.world.replica(0).stop()];
    for (let n = 1; n < REPLICAS; n += 1) {
      const fresh = await startReplica(env, { main });
      lab.replicas.push(fresh);
      await readiness.until(fresh.url, true);
      exitCodes.push(await lab.world.replica(n).stop());
      await sleep(500);
    }
    await load.stop();

    const verdict = judge(load.sends, await lab.settle(), subscribers);
    const moves = subscribers.reduce((sum, { connections }) => sum + connections - 1, 0);
    await report(
      `upgrade of ${REPLICAS} replicas, with a migration`,
      verdict,
      `sockets moved ${moves} times`,
    );
    const results = load.sends.flatMap(({ attempts }) => attempts.map(({ result }) => result));
    expect(results.filter((result) => result !== 200)).toEqual([]);
    expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
    expect(exitCodes).toEqual([0, 0, 0]);
    expect(subscribers.flatMap(({ resyncs }) => resyncs)).toEqual([]);
    expect(moves).toBeGreaterThanOrEqual(subscribers.length);
  },
  scaled(2 * MINUTE, 5 * MINUTE),
);
