import type { Settings } from '../config/settings.js';
import { DataDir } from './data-dir.js';
import { startPostgres } from './postgres-server.js';

/** A PostgreSQL that lives and ends with this process. */
export interface Embedded {
  /** The settings, completed with what the data folder holds. */
  settings: Settings;
  stop(): Promise<void>;
}

/** @throws Error with one clear line where the folder or the server cannot be used */
export async function startEmbedded(asked: Settings): Promise<Embedded> {
  const dataDir = await DataDir.take(asked.dataDir);
  try {
    const { jwtSecret, databasePassword } = await dataDir.secrets();
    const postgres = await startPostgres({ dataDir: dataDir.databaseDir, password: databasePassword });
    return {
      settings: { ...asked, databaseUrl: postgres.url, jwtSecret: asked.jwtSecret ?? jwtSecret },
      stop: async () => {
        await postgres.stop();
        await dataDir.free();
      },
    };
  } catch (error) {
    await dataDir.free();
    throw error;
  }
}
