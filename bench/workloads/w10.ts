import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CrowdOrder } from '../load/crowd.js';
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

/** Milliseconds in which Socket.IO pings each socket once. */
const PING_INTERVAL = 25_000;
/** Milliseconds. */
const SETTLING = 2_000;

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
  const obey = async (order: CrowdOrder): Promise<void> => {
    crowd.send(order);
    await once(crowd, 'message');
    await sleep(SETTLING);
  };
  try {
    progress.say('10,000 sockets connect');
    await obey({ connect: seatsOf(running, SCENE, 1).flatMap(({ receivers }) => receivers) });
    progress.say('connected, following nothing');
    const connected = await shareOfCore(pid, PING_INTERVAL);
    progress.say('10,000 sockets subscribe');
    await obey('subscribe');
    progress.say('idle');
    const idle = await shareOfCore(pid, PING_INTERVAL);
    return resultOf({ empty, held: await residentBytes(pid), connected, idle });
  } finally {
    crowd.kill();
  }
}

/** Bytes of memory, and percent of a core. */
type Figures = Record<'empty' | 'held' | 'connected' | 'idle', number>;

function resultOf({ empty, held, connected, idle }: Figures): Result {
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
        what: `% of a core for tail checks: ${idle.toFixed(1)} when following, ${connected.toFixed(1)} when connected only`,
        value: idle - connected,
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
