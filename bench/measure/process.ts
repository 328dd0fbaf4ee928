import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** As Linux counts a process's time on the processor. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process has used so far, all its threads counted. */
export async function cpuSeconds(pid: number): Promise<number> {
  const { own } = await times(pid);
  return own;
}

/**
 * The same of PostgreSQL: its postmaster, the backends that live and those that have ended.
 * A backend that ends while this is read is counted among the ended.
 */
export async function postgresCpuSeconds(postmaster: number): Promise<number> {
  const children = (await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8'))
    .trim()
    .split(' ');
  const living = await Promise.all(children.map((pid) => cpuSeconds(Number(pid)).catch(() => 0)));
  const { own, ended } = await times(postmaster);
  return living.reduce((sum, seconds) => sum + seconds, own + ended);
}

/** Seconds that all processors of the machine have been busy so far; with what a host took from them. */
export async function machineCpuSeconds(): Promise<number> {
  const [all = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0, stolen = 0] = all
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + soft + stolen) / TICKS_PER_SECOND;
}

/** Percent of a core that a process uses over so many milliseconds. */
export async function shareOfCore(pid: number, milliseconds: number): Promise<number> {
  const before = await cpuSeconds(pid);
  await sleep(milliseconds);
  return (100 * 1000 * ((await cpuSeconds(pid)) - before)) / milliseconds;
}

/** Bytes of memory that a process holds. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function times(pid: number): Promise<{ own: number; ended: number }> {
  // The name before is in brackets and may hold spaces.
  const [, fields = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
  const [user, system, endedUser, endedSystem] = fields.split(' ').slice(11, 15).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return {
    own: (user + system) / TICKS_PER_SECOND,
    ended: (endedUser + endedSystem) / TICKS_PER_SECOND,
  };
}
