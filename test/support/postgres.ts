import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres, type PostgresServer } from '../../src/embedded/postgres-server.js';
import { freePort } from './free-port.js';
import { freeze } from './freeze.js';

/** Nothing here has to outlive a power cut; only the faults at length, which tell of speed too, pay for the disk. */
const FSYNC = process.env.FAULTS === 'full' ? 'on' : 'off';
const SETTINGS = ['max_connections=300', 'shared_buffers=256MB', `fsync=${FSYNC}`];
const PASSWORD = 'test';

/** A PostgreSQL of a test's own, on one port for its whole life, that can be frozen and restarted. */
export class Postgres {
  private constructor(
    public dataDir: string,
    readonly port: number,
    private server: PostgresServer,
    private readonly settings: string[],
  ) {}

  /** @param dataDir made where it is missing */
  static async start(dataDir: string, settings: string[] = []): Promise<Postgres> {
    const all = [...SETTINGS, ...settings];
    const port = await freePort();
    const server = await startPostgres({ dataDir, password: PASSWORD, settings: all, port });
    return new Postgres(dataDir, port, server, all);
  }

  /** Of the database `postgres`, as superuser. */
  get url(): string {
    return this.server.url;
  }

  /** As if the machine had lost power: nobody is told, and the log is replayed at the start. */
  async stop(mode: 'fast' | 'immediate' = 'immediate'): Promise<void> {
    await this.server.stop(mode);
  }

  /** @param dataDir other files than before, as after a restore */
  async startAgain(dataDir = this.dataDir): Promise<void> {
    this.dataDir = dataDir;
    this.server = await startPostgres({
      dataDir,
      password: PASSWORD,
      settings: this.settings,
      port: this.port,
    });
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.startAgain();
  }

  /** Stops every process of the server where it stands: connections stay open, and nobody answers. */
  async freeze(): Promise<void> {
    const [postmaster] = (await readFile(join(this.dataDir, 'postmaster.pid'), 'utf8')).split('\n');
    const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
    this.thaw = freeze([postmaster, ...children.trim().split(' ')].map(Number));
  }

  /** Has the server go on, if it was frozen. */
  thaw = (): void => undefined;

  /** One query on a connection of its own. */
  async query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]> {
    const client = new pg.Client(this.url);
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }
}
