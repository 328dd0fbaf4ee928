import { setTimeout as sleep } from 'node:timers/promises';
import { gatherCrowd } from './support/crowd.js';
import { Lab } from './support/lab.js';
import { LightClient } from './support/light-client.js';
import { Load, type Attempt, type LoadedTalk } from './support/load.js';
import { cpuSeconds } from './support/process.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { judge, quantile } from './support/verdict.js';

const AGENTS_EACH = 10;
const TALKS = process.env.TALKS ? Number(process.env.TALKS) : scaled(30, 500);
const CLIENTS = TALKS * AGENTS_EACH;
/** Messages that each talk has, all but the first of which its clients have yet to receive. */
const MESSAGES_EACH = 6;
const POOL = 10;
/** Of the load that goes on all the while; messages per second. */
const RATE = 50;
/** Milliseconds; the short form runs beside other tests. */
const RESUME_LIMIT = 15_000;
const SEND_LIMIT = 10_000;

let lab: Lab;
let crowd: LightClient[] = [];
beforeAll(async () => {
  lab = await Lab.create({ replicas: 1, env: { DATABASE_POOL: String(POOL) } });
}, MINUTE);
afterAll(async () => {
  for (const client of crowd) client.stop();
  await lab.close();
});

it(
  `${CLIENTS} clients that reconnect at once have what they missed within 15 s, and keep nobody from sending`,
  async () => {
    const talks = [...(await lab.createTalks(5, 3))];
    const [follower] = await lab.followAll();
    crowd = await absentClients(follower?.epochs[0] ?? '');
    const load = new Load({ talks, pickUrl: lab.urlOf(0), socketEvery: 3 });
    const connections = watchConnections();
    load.start(RATE);
    while (load.sends.length < RATE) await sleep(10);

    const { resumed, cpu, latencies } = await storm(load);
    await load.stop();
    load.close();
    const mostConnections = await connections.stop();

    const verdict = judge(load.sends, await lab.settle(), [...lab.subscribers, ...crowd]);
    const tries = crowd.reduce((sum, client) => sum + client.connections, 0);
    await report(
      `${CLIENTS} clients reconnect at once`,
      verdict,
      `all resumed after ${seconds(Math.max(...resumed))}, half after ${seconds(quantile(resumed, 0.5))}, ` +
        `in ${tries} connections and ${seconds(cpu)} of processor time; ` +
        `sends p50 ${seconds(quantile(latencies, 0.5))}, p99 ${seconds(quantile(latencies, 0.99))}; ` +
        `at most ${mostConnections} connections to PostgreSQL`,
    );
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(attemptsOf(load).filter(({ result }) => result !== 200)).toEqual([]);
    expect(crowd.flatMap(({ resyncs }) => resyncs)).toEqual([]);
    expect(Math.max(...resumed)).toBeLessThan(RESUME_LIMIT);
    expect(quantile(latencies, 0.99)).toBeLessThan(SEND_LIMIT);
    expect(mostConnections).toBeLessThanOrEqual(POOL);
  },
  5 * MINUTE,
);

/** Has all of them reconnect; tells after how many milliseconds each was resumed, and how the sends fared. */
async function storm(load: Load): Promise<{ resumed: number[]; cpu: number; latencies: number[] }> {
  const pid = lab.world.replica(0).process.pid as number;
  const cpuBefore = await cpuSeconds(pid);
  const began = performance.now();
  const resumed = await Promise.all(
    crowd.map(async (client) => {
      await client.resume();
      return performance.now() - began;
    }),
  );
  const cpu = ((await cpuSeconds(pid)) - cpuBefore) * 1_000;
  const during = attemptsOf(load).filter(({ at }) => at > began);
  return { resumed, cpu, latencies: during.map(({ took }) => took) };
}

const attemptsOf = (load: Load): Attempt[] => load.sends.flatMap(({ attempts }) => attempts);

/** Clients that were away while their talks went on. */
async function absentClients(epoch: string): Promise<LightClient[]> {
  const talks = await gatherCrowd(lab.world, TALKS, AGENTS_EACH);
  lab.talks.push(...talks);
  await new Load({ talks, pickUrl: lab.urlOf(0) }).run(TALKS * MESSAGES_EACH, 8);
  const resuming = ({ id }: LoadedTalk, token: string): LightClient =>
    new LightClient({ url: lab.world.replica(0).url, token, epoch, after: { [id]: 1 } });
  return talks.flatMap((talk) => talk.senders.map(({ token }) => resuming(talk, token)));
}

/** Counts the replica's connections over and over, until it is stopped and tells the most there were. */
function watchConnections(): { stop: () => Promise<number> } {
  let watching = true;
  const watch = async (): Promise<number> => {
    let most = 0;
    while (watching) {
      const [row] = await lab.world.database.query<{ count: number }>(
        `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'talk'`,
      );
      most = Math.max(most, row?.count ?? 0);
      await sleep(50);
    }
    return most;
  };
  const most = watch();
  const stop = (): Promise<number> => {
    watching = false;
    return most;
  };
  return { stop };
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
