import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Servers } from './servers.js';

/** What the figures were measured on, and with. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  node: string;
  postgres: string;
  redis: string;
  commit: string;
}

export function describeMachine({ postgres, redis }: Servers): Machine {
  return {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: postgres.version,
    redis: redis.version,
    commit: commit(),
  };
}

/** Of Talk; with `+` where files differ from it. */
function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src', 'bench') && '+');
  } catch {
    return 'unknown';
  }
}
