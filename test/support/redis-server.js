import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.js';

/** Of a server, or a Sentinel. */
const READY = /Ready to accept connections|Sentinel ID is/;

/**
 * Starts a Redis of our own on a free port: the one on the PATH, else one that the system's package
 * manager installs.
 * @param {number} [wantedPort] none: any free one
 * @param {string[]} [options] further ones of the command line, which win
 * @param {string | string[]} [file] of settings
 * @returns {Promise<{ url: string, port: number, pid: number, stop(signal?: NodeJS.Signals): Promise<void> }>}
 */
export async function startRedis(wantedPort, options = [], file = []) {
  if (!isOnPath()) install();
  const port = wantedPort ?? (await freePort());
  const child = spawn(
    'redis-server',
    [].concat(
      file,
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      options,
    ),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    if (READY.test(output)) break;
  }
  if (child.exitCode !== null || !READY.test(output))
    throw new Error(`redis-server did not start: ${output}`);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

const isOnPath = () => spawnSync('redis-server', ['--version']).status === 0;

function install() {
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (canInstall) {
    console.log('\nredis-server is not on the PATH; installing it with apt-get …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update'], { env, stdio: 'ignore' });
    // The package would start a server of its own, which nobody here asked for.
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], {
      env: { ...env, RUNLEVEL: '1' },
      stdio: 'ignore',
    });
  }
  if (!isOnPath()) {
    throw new Error('The tests need Redis: install redis-server (7 or later), or set REDIS_URL.');
  }
}
