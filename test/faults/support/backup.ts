import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Postgres } from '../../support/postgres.js';

/** Copies the files of a server that runs, as `pg_basebackup` does; what is written meanwhile is in its log. */
export async function backUp(postgres: Postgres, folder: string): Promise<void> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('copy', fast => true)`);
    await copyFiles(postgres.dataDir, folder);
    await rm(join(folder, 'postmaster.pid'));
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
    await writeOwned(folder, 'backup_label', rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
}

/** Copies a folder with the owners of its files; one that vanishes under way is left out. */
export async function copyFiles(from: string, to: string): Promise<void> {
  await once(spawn('cp', ['--archive', from, to], { stdio: 'ignore' }), 'close');
}

/** Writes a file into a server's folder, as if the server had. */
export async function writeOwned(dataDir: string, name: string, text: string): Promise<void> {
  const { uid, gid } = await stat(dataDir);
  await writeFile(join(dataDir, name), text, { mode: 0o600 });
  await chown(join(dataDir, name), uid, gid);
}
