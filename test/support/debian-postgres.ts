import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { PostgresBinaries } from '../../src/embedded/postgres-server.js';

/** Where Debian puts the version that its package `postgresql` is. */
const BINARIES = '/usr/lib/postgresql/15/bin';

/**
 * Debian's PostgreSQL 15, installed where it is missing and may be.
 * @throws Error where there is none, and none can be had
 */
export function debianPostgres(): PostgresBinaries {
  const pg_ctl = `${BINARIES}/pg_ctl`;
  if (!existsSync(pg_ctl)) install();
  if (!existsSync(pg_ctl)) throw new Error(`there is no PostgreSQL 15 in ${BINARIES}`);
  return { initdb: `${BINARIES}/initdb`, pg_ctl };
}

function install(): void {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return;
  console.log('\nThere is no PostgreSQL 15; installing it with apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update'], { env, stdio: 'ignore' });
  // The package would start a server of its own, which nobody here asked for.
  const options = { env: { ...env, RUNLEVEL: '1' }, stdio: 'ignore' } as const;
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql-15'], options);
}
