import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Made once, so that logins outlive a restart. */
export interface Secrets {
  jwtSecret: string;
  databasePassword: string;
}

/** The folder that an embedded Talk keeps everything in; one Talk at a time. */
export class DataDir {
  private constructor(readonly path: string) {}

  /** @throws Error with one clear line where the folder cannot be written, or another Talk has it */
  static async take(path: string): Promise<DataDir> {
    try {
      await mkdir(path, { recursive: true });
    } catch (cause) {
      throw new Error(`the folder ${path} (DATA_DIR) cannot be made: ${reason(cause)}`, { cause });
    }
    const dataDir = new DataDir(path);
    await dataDir.lock();
    return dataDir;
  }

  get databaseDir(): string {
    return join(this.path, 'postgres');
  }

  async secrets(): Promise<Secrets> {
    const file = join(this.path, 'secrets.json');
    const kept = await readFile(file, 'utf8').catch(() => undefined);
    if (kept) return JSON.parse(kept) as Secrets;
    const fresh = { jwtSecret: secret(), databasePassword: secret() };
    await writeFile(file, JSON.stringify(fresh, null, 2), { mode: 0o600 });
    return fresh;
  }

  async free(): Promise<void> {
    await rm(this.lockFile, { force: true });
  }

  private get lockFile(): string {
    return join(this.path, 'talk.pid');
  }

  private async lock(): Promise<void> {
    const holder = Number(await readFile(this.lockFile, 'utf8').catch(() => ''));
    if (holder && holder !== process.pid && isAlive(holder)) {
      throw new Error(`another Talk (process ${holder}) uses ${this.path}; stop it or set DATA_DIR`);
    }
    try {
      const file = await open(this.lockFile, 'w');
      await file.write(String(process.pid));
      await file.close();
    } catch (cause) {
      throw new Error(`the folder ${this.path} (DATA_DIR) cannot be written: ${reason(cause)}`, { cause });
    }
  }
}

const secret = (): string => randomBytes(32).toString('hex');

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
