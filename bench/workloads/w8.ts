import { shareOfCore } from '../measure/process.js';
import { median } from '../measure/quantile.js';
import { compare, type Contestant, type Rounds } from '../rounds.js';
import { summarize } from '../summary.js';
import { bare } from '../systems/bare.js';
import type { Running } from '../systems/system.js';
import { talk } from '../systems/talk.js';
import { found, type Load } from './side-by-side.js';
import { cost } from './targets.js';
import type { Target, Workload } from './workload.js';
import { SPREAD } from './w1.js';

const LOAD: Load = { ...SPREAD, pace: { perSecond: 400 }, withRedis: true };
const ONE: Contestant = { ...LOAD, name: 'Talk, one replica', system: talk };
const TWO: Contestant = { ...LOAD, name: 'Talk, two replicas', system: talk, replicas: 2, idleReplicas: 1 };

const CONTESTANTS: Contestant[] = [
  ONE,
  TWO,
  { ...LOAD, name: 'bare, one replica', system: bare },
  { ...LOAD, name: 'bare, two replicas', system: bare, replicas: 2 },
];

/** Milliseconds in which an idle replica is looked at before there is any load. */
const QUIET = 6_000;
/** Percent of a core that the load may add to it: half a tick in a hundred is the finest that can be seen. */
const ADDED_AT_MOST = 0.5;

export const w8: Workload = {
  name: 'W8',
  title: 'two replicas with Redis between, 400 messages/s × 10 sockets, half of each at either; a third idle',
  run: async (servers, progress) => {
    let quiet = NaN;
    const rounds = await compare(CONTESTANTS, servers, progress, async (running) => {
      progress.say('the idle replica, without load');
      quiet = await shareOfCore((running.get(TWO) as Running).pids.at(-1) as number, QUIET);
    });
    const rows = summarize(CONTESTANTS, rounds);
    return {
      rows: [...rows.values()],
      targets: [
        cost('serverCpu', found(rows, TWO.name), found(rows, ONE.name), 1.25),
        idle(busyShare(rounds), quiet),
      ],
    };
  },
};

const busyShare = (rounds: Rounds): number =>
  median(
    (rounds.get(TWO.name) ?? []).map(
      ({ cpu, outcome }) => (100 * (cpu.servers.at(-1) ?? NaN)) / outcome.seconds,
    ),
  );

const idle = (busy: number, quiet: number): Target => ({
  what: `% of a core that the load adds to the replica that follows nothing of it (${quiet.toFixed(1)} without)`,
  value: busy - quiet,
  atMost: ADDED_AT_MOST,
});
