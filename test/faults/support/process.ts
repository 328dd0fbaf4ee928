import { readdir, readFile } from 'node:fs/promises';

/** As Linux counts a process's time on the processor. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process has used so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  // The name before is in brackets and may hold spaces.
  const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number];
  return (user + system) / TICKS_PER_SECOND;
}

/** Bytes of memory that a process holds. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Files, connections and the like that a process has open. */
export async function openDescriptors(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}
