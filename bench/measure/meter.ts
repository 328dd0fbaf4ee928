import type { Servers } from '../servers.js';
import { cpuSeconds, machineCpuSeconds, postgresCpuSeconds } from './process.js';

/** Seconds of processor time. */
export interface Cpu {
  /** Of each of the system's own processes. */
  servers: number[];
  postgres: number;
  redis: number;
  generator: number;
  /** Of everything on the machine, all this included. */
  machine: number;
}

/** Whose time is counted. */
export interface Metered {
  pids: number[];
  generatorPid: number;
  servers: Servers;
}

/** What all of them have used so far. */
export async function readCpu({ pids, generatorPid, servers }: Metered): Promise<Cpu> {
  const [ofPids, postgres, redis, generator, machine] = await Promise.all([
    Promise.all(pids.map(cpuSeconds)),
    postgresCpuSeconds(servers.postgres.pid),
    cpuSeconds(servers.redis.pid),
    cpuSeconds(generatorPid),
    machineCpuSeconds(),
  ]);
  return { servers: ofPids, postgres, redis, generator, machine };
}

export const cpuBetween = (before: Cpu, after: Cpu): Cpu => ({
  servers: after.servers.map((seconds, index) => seconds - (before.servers[index] as number)),
  postgres: after.postgres - before.postgres,
  redis: after.redis - before.redis,
  generator: after.generator - before.generator,
  machine: after.machine - before.machine,
});
