import { chown, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const NOBODY = 65_534;

/** How to start a program that refuses to be root. */
export interface Unprivileged {
  /** The program and its arguments, after what has to come before them. */
  command(program: string, args: string[]): [string, string[]];
  uid?: number;
  gid?: number;
}

/**
 * PostgreSQL never runs as root. Where root starts Talk it runs as whoever owns the data; if there is
 * none yet as `nobody`, or, where `nobody` cannot reach the folders (a clone in root's own home), as
 * root's shadow in a user namespace.
 */
export async function unprivileged(dataDir: string, binDir: string): Promise<Unprivileged> {
  const asIs = (program: string, args: string[]): [string, string[]] => [program, args];
  if (process.getuid?.() !== 0) return { command: asIs };
  const { uid, gid } = await stat(dataDir);
  if (uid !== 0) return { command: asIs, uid, gid };
  const isNew = (await readdir(dataDir)).length === 0;
  if (isNew && (await isReachable(dataDir)) && (await isReachable(binDir))) {
    await chown(dataDir, NOBODY, NOBODY);
    return { command: asIs, uid: NOBODY, gid: NOBODY };
  }
  return {
    command: (program, args) => ['unshare', ['--user', `--map-user=${NOBODY}`, '--', program, ...args]],
  };
}

/** True where anybody may pass through every folder above. */
async function isReachable(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
