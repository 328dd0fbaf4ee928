import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the logs of all processes go. */
export const LOGS = '.bench';

const READY = / is ready at (\S+)/;

/** A server that has said where it listens. */
export interface Server {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

let started = 0;

const living = new Set<ChildProcess>();
process.once('exit', () => living.forEach((child) => child.kill('SIGKILL')));

/**
 * Starts a server in production mode, with these settings and nothing else from our environment.
 * Its log goes to a file, as a service's would: a pipe would have us read it, on a core that is measured.
 */
export async function startServer(script: string, settings: Record<string, string>): Promise<Server> {
  const logFile = join(LOGS, `server-${(started += 1)}.log`);
  const log = await open(logFile, 'w');
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...settings },
    stdio: ['ignore', log.fd, log.fd],
  });
  living.add(child);
  child.once('exit', () => living.delete(child));
  await log.close();
  const url = await addressIn(logFile, child);
  return {
    url,
    pid: child.pid as number,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function addressIn(logFile: string, child: ChildProcess): Promise<string> {
  for (;;) {
    const log = await readFile(logFile, 'utf8');
    const url = READY.exec(log)?.[1];
    if (url) return url;
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended: ${log}`);
    await sleep(50);
  }
}
