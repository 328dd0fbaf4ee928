import { GeneratorProcess } from './load/generator-process.js';
import type { Call, Outcome, Pace, Plan } from './load/plan.js';
import { cpuBetween, readCpu, type Cpu } from './measure/meter.js';
import { residentBytes } from './measure/process.js';
import type { Progress } from './progress.js';
import type { Servers } from './servers.js';
import { seatsOf, type Running, type Scene, type System } from './systems/system.js';

const ROUNDS = 3;
/** Milliseconds. The first round meets a server that has compiled nothing yet. */
const WARM_UP = { first: 4_000, later: 2_000 };
const MEASURE = 5_000;

/** One system under one load. */
export interface Contestant {
  /** As the table calls it. */
  name: string;
  system: System;
  scene: Scene;
  call: Call;
  pace: Pace;
  /** Under load; 1 where nothing is said. */
  replicas?: number;
  /** Beside those, which nobody uses. */
  idleReplicas?: number;
  withRedis?: boolean;
}

/** What one round of one contestant came to. */
export interface Round {
  outcome: Outcome;
  cpu: Cpu;
  /** Bytes of all its processes. */
  memory: number;
}

/** The rounds of a contestant, in order. */
export type Rounds = Map<string, Round[]>;

/**
 * Lets the contestants take turns, each with its processes up from the first round to the last.
 * @param onStarted runs when all are up, and nobody has done anything
 */
export async function compare(
  contestants: Contestant[],
  servers: Servers,
  progress: Progress,
  onStarted: (running: Map<Contestant, Running>) => Promise<void> = () => Promise.resolve(),
): Promise<Rounds> {
  const rounds: Rounds = new Map(contestants.map(({ name }) => [name, []]));
  const running = new Map<Contestant, Running>();
  try {
    for (const contestant of contestants) {
      progress.say(`${contestant.name} starts`);
      running.set(contestant, await start(contestant, servers));
    }
    await onStarted(running);
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const [contestant, system] of running) {
        progress.say(`round ${round} of ${ROUNDS}: ${contestant.name}`);
        const warmUp = round === 1 ? WARM_UP.first : WARM_UP.later;
        rounds.get(contestant.name)?.push(await play(contestant, system, servers, warmUp));
      }
    }
  } finally {
    await Promise.all([...running.values()].map((system) => system.stop()));
  }
  return rounds;
}

const start = (contestant: Contestant, servers: Servers): Promise<Running> => {
  const { system, scene, replicas = 1, idleReplicas = 0, withRedis = false } = contestant;
  return system.start({ servers, scene, replicas: replicas + idleReplicas, withRedis });
};

async function play(
  { scene, call, pace, replicas = 1 }: Contestant,
  system: Running,
  servers: Servers,
  warmUp: number,
): Promise<Round> {
  const talks = seatsOf(system, scene, replicas);
  const plan: Plan = { wire: system.wire, talks, call, pace, warmUp, measure: MEASURE };
  const generator = new GeneratorProcess(plan);
  const metered = { pids: system.pids, generatorPid: generator.pid, servers };
  try {
    await generator.reach('measuring');
    const before = await readCpu(metered);
    await generator.reach('measured');
    const [after, ...memory] = await Promise.all([readCpu(metered), ...system.pids.map(residentBytes)]);
    const { outcome } = await generator.reach('done');
    return { outcome, cpu: cpuBetween(before, after), memory: memory.reduce((sum, bytes) => sum + bytes, 0) };
  } finally {
    await generator.end();
  }
}
