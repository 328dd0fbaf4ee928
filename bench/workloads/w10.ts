import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Gathered } from '../load/crowd.js';
import { residentBytes, shareOfCore } from '../measure/process.js';
import type { Progress } from '../progress.js';
import { seatsOf, type Running, type Scene } from '../systems/system.js';
import { talk } from '../systems/talk.js';
import type { Result, Workload } from './workload.js';

const CROWD = fileURLToPath(new URL('../load/crowd.js', import.meta.url));

/** Each socket follows its agent's own stream and one talk. */
const SCENE: Scene = { talks: 5_000, members: 2, sockets: 2 };
const SOCKETS = SCENE.talks * SCENE.sockets;
/** Connections on either side, and files of their own. */
const DESCRIPTORS = SOCKETS + 500;

/** Milliseconds. Socket.IO pings a socket this long after it has connected, and again. */
const PING_AFTER = 25_000;
const SETTLING = 2_000;
const SHORTEST = 3_000;

const KIB = 1024;

export const w10: Workload = {
  name: 'W10',
  title: '10,000 idle sockets on one replica, two streams each',
  run: async (servers, progress) => {
    await requireDescriptors();
    progress.say('Talk starts, with 10,000 agents');
    const running = await talk.start({ servers, scene: SCENE, replicas: 1, withRedis: false });
    try {
      return await holdCrowd(running, progress);
    } finally {
      await running.stop();
    }
  },
};

async function holdCrowd(running: Running, progress: Progress): Promise<Result> {
  const pid = running.pids[0] as number;
  await sleep(SETTLING);
  const empty = await residentBytes(pid);
  const crowd = fork(CROWD);
  try {
    progress.say('10,000 sockets connect');
    crowd.send(seatsOf(running, SCENE, 1).flatMap(({ receivers }) => receivers));
    const [{ took }] = (await once(crowd, 'message')) as [Gathered];
    const untilPings = PING_AFTER - took - 2 * SETTLING;
    if (untilPings < SHORTEST) throw new Error(`connecting took ${took} ms, so pings leave no quiet time`);
    progress.say(`connected in ${Math.round(took)} ms; idle until the first ping`);
    await sleep(SETTLING);
    const quiet = await shareOfCore(pid, untilPings);
    await sleep(SETTLING);
    progress.say('idle but for the pings');
    const withPings = await shareOfCore(pid, PING_AFTER);
    const held = await residentBytes(pid);
    return resultOf({ empty, held, quiet, withPings });
  } finally {
    crowd.kill();
  }
}

function resultOf({
  empty,
  held,
  quiet,
  withPings,
}: Record<'empty' | 'held' | 'quiet' | 'withPings', number>): Result {
  return {
    rows: [
      { system: 'Talk, empty', memory: empty / KIB / KIB },
      { system: 'Talk, 10,000 sockets', memory: held / KIB / KIB },
    ],
    targets: [
      {
        what: 'KiB of each socket beyond the empty process',
        value: (held - empty) / KIB / SOCKETS,
        atMost: 24,
      },
      {
        what: `% of a core for tail checks, while no ping is due (${withPings.toFixed(1)} with pings)`,
        value: quiet,
        atMost: 2,
      },
    ],
  };
}

/** Node raises the soft limit by itself. */
async function requireDescriptors(): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const hard = Number(/Max open files +\S+ +(\d+)/.exec(limits)?.[1] ?? Infinity);
  if (hard < DESCRIPTORS) throw new Error(`W10 needs ulimit -Hn ${DESCRIPTORS}, which is ${hard} here`);
}
