import { compare, type Contestant } from '../rounds.js';
import { summarize } from '../summary.js';
import type { Running, System } from '../systems/system.js';
import { talk } from '../systems/talk.js';
import { found } from './side-by-side.js';
import { cost } from './targets.js';
import type { Workload } from './workload.js';

const CALLS = { send: 'rest', list: 'list', resume: 'resume' } as const;
const SCENE = { talks: 50, members: 2, sockets: 0 };
const SHORT = 'after 10 thousand messages';
const LONG = 'after 5 million messages';

export const w9: Workload = {
  name: 'W9',
  title:
    'send, list of 50, and resume after 20 missed events, four at a time, with 50 talks of little and of much history',
  run: async (servers, progress) => {
    const [short, long] = [new Kept(), new Kept()];
    const contestants = (['send', 'list', 'resume'] as const).flatMap((name): Contestant[] => {
      const load = { call: CALLS[name], pace: { inFlight: 4 } };
      return [
        { ...load, name: `${name} ${SHORT}`, system: short, scene: { ...SCENE, past: 10_000 } },
        { ...load, name: `${name} ${LONG}`, system: long, scene: { ...SCENE, past: 5_000_000 } },
      ];
    });
    try {
      const rows = summarize(contestants, await compare(contestants, servers, progress));
      const targets = Object.keys(CALLS).map((name) =>
        cost('p50', found(rows, `${name} ${LONG}`), found(rows, `${name} ${SHORT}`), 1.15),
      );
      return { rows: [...rows.values()], targets };
    } finally {
      await Promise.all([short.end(), long.end()]);
    }
  },
};

/** One Talk for several contestants, so that its history is written once. */
class Kept implements System {
  readonly name = talk.name;
  private running: Promise<Running> | undefined;

  async start(setup: Parameters<System['start']>[0]): Promise<Running> {
    this.running ??= talk.start(setup);
    return { ...(await this.running), stop: () => Promise.resolve() };
  }

  async end(): Promise<void> {
    await (await this.running)?.stop();
  }
}
