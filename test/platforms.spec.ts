import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startPostgres, type PostgresServer } from '../src/embedded/postgres-server.js';
import { debianPostgres } from './support/debian-postgres.js';
import { freePort } from './support/free-port.js';
import { node24 } from './support/node-24.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What a client sees of Talk from its first call to a resume, also on another replica. */
const ESSENTIALS = ['tutorial', 'replicas'];
const MINUTES = 60_000;

/** What is installed where it may be; elsewhere its tests are left out, which CI never may. */
function provided<Platform>(what: string, provide: () => Platform): Platform | undefined {
  try {
    return provide();
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    process.stdout.write(`Not tested on ${what}, which is not here: ${(error as Error).message}\n`);
    return undefined;
  }
}

/** Runs these test files with these settings; tells how it ended, and what it printed if not well. */
async function runTests(files: string[], env: Record<string, string>): Promise<string> {
  const paths = files.map((file) => join(ROOT, 'test', `${file}.spec.ts`));
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--maxWorkers=1'];
  const child = spawn(process.execPath, [...jest, '--runTestsByPath', ...paths], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? 'passed' : output;
}

const binaries = provided('PostgreSQL 15', debianPostgres);
(binaries ? describe : describe.skip)("Debian's PostgreSQL 15", () => {
  let folder: string;
  let server: PostgresServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'talk-postgres-15-'));
    await chmod(folder, 0o711);
    server = await startPostgres({
      dataDir: join(folder, 'postgres'),
      password: 'test',
      port: await freePort(),
      settings: ['fsync=off', 'max_connections=200'],
      binaries,
    });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'has all that Talk needs',
    async () => {
      const client = new pg.Client(server.url);
      await client.connect();
      const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
      await client.end();
      expect(rows[0]?.server_version_num).toMatch(/^15/);
      const env = { DATABASE_URL: server.url, REDIS_URL: process.env.TEST_REDIS_URL ?? '' };
      expect(await runTests([...ESSENTIALS, 'subscribe', 'epoch'], env)).toBe('passed');
    },
    5 * MINUTES,
  );
});

const node = provided('Node 24', node24);
(node ? describe : describe.skip)('Node 24', () => {
  it(
    'runs all of it',
    async () => {
      const TEST_NODE = node as string;
      expect(execFileSync(TEST_NODE, ['--version']).toString()).toMatch(/^v24\./);
      const env = { TEST_NODE, REDIS_URL: process.env.TEST_REDIS_URL ?? '' };
      expect(await runTests([...ESSENTIALS, 'scenarios', 'socket-writes'], env)).toBe('passed');
    },
    5 * MINUTES,
  );
});
