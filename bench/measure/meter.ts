import type { Servers } from '../servers.js';
import { cpuSeconds, postgresCpuSeconds } from './process.js';

/** Seconds of processor time. */
export interface Cpu {
  /** Of each of the system's own processes. */
  servers: number[];
  postgres: number;
  redis: number;
}

/** What the processes of a system and the servers behind it have used so far. */
export async function readCpu(pids: number[], { postgres, redis }: Servers): Promise<Cpu> {
  const [servers, ofPostgres, ofRedis] = await Promise.all([
    Promise.all(pids.map(cpuSeconds)),
    postgresCpuSeconds(postgres.pid),
    cpuSeconds(redis.pid),
  ]);
  return { servers, postgres: ofPostgres, redis: ofRedis };
}

export const cpuBetween = (before: Cpu, after: Cpu): Cpu => ({
  servers: after.servers.map((seconds, index) => seconds - (before.servers[index] as number)),
  postgres: after.postgres - before.postgres,
  redis: after.redis - before.redis,
});
