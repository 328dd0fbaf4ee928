import { readFile } from 'node:fs/promises';

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
  const children = (await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')).trim().split(' ');
  const living = await Promise.all(children.map((pid) => cpuSeconds(Number(pid)).catch(() => 0)));
  const { own, ended } = await times(postmaster);
  return living.reduce((sum, seconds) => sum + seconds, own + ended);
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
