import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createTalk, range } from '../../support/builders.js';
import type { TestDatabase } from '../../support/database.js';
import { startRedis } from '../../support/redis-server.js';
import { startReplica, type Replica } from '../../support/replica.js';
import { World, type TestAgent } from '../../support/world.js';
import { freeze } from '../../support/freeze.js';
import type { LoadedTalk } from './load.js';
import { Postgres } from '../../support/postgres.js';
import { Subscriber } from './subscriber.js';
import type { StoredEvent } from './verdict.js';

/** Milliseconds in which every subscriber has to have everything once the fault is over. */
const SETTLE_LIMIT = 60_000;
const LOOK_EVERY = 50;

export interface LabOptions {
  replicas: number;
  /** Settings of the replicas. */
  env?: Record<string, string>;
  postgres?: string[];
  /** Where the replicas find the servers, if not directly: through a proxy, for example. */
  redisUrl?: (url: string) => Promise<string>;
  databaseUrl?: (url: string) => Promise<string>;
}

/** A Talk to break: replicas, a PostgreSQL and a Redis of its own, and those who send and follow. */
export class Lab {
  readonly subscribers: Subscriber[] = [];
  readonly talks: LoadedTalk[] = [];
  private nextReplica = 0;

  private constructor(
    readonly postgres: Postgres,
    public redis: Awaited<ReturnType<typeof startRedis>>,
    readonly world: World,
    /** For whatever files a fault needs. */
    readonly folder: string,
  ) {}

  static async create({ replicas, env, postgres, redisUrl, databaseUrl }: LabOptions): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), 'talk-fault-'));
    const [server, redis] = await Promise.all([
      Postgres.start(join(folder, 'postgres'), postgres),
      startRedis(),
    ]);
    const world = await World.create({
      replicas,
      database: databaseOf(server.url),
      env: {
        DATABASE_URL: databaseUrl ? await databaseUrl(server.url) : server.url,
        REDIS_URL: redisUrl ? await redisUrl(redis.url) : redis.url,
        MIGRATE_ON_START: 'true',
        LOG_LEVEL: 'warn',
        // High enough to refuse nothing, yet every write is counted in Redis.
        RATE_LIMIT: '100000',
        ...env,
      },
    });
    return new Lab(server, redis, world, folder);
  }

  get replicas(): Replica[] {
    return this.world.replicas;
  }

  /** A replica that runs, each in its turn. */
  readonly pickUrl = (): string => {
    const running = this.replicas.filter(({ process }) => isRunning(process));
    this.nextReplica += 1;
    return (running[this.nextReplica % running.length] ?? this.world.replica(0)).url;
  };

  readonly urlOf =
    (replica: number): (() => string) =>
    () =>
      this.world.replica(replica).url;

  /** Ends a replica without a word. */
  killReplica(index: number): void {
    this.world.replica(index).process.kill('SIGKILL');
  }

  /** Puts a new replica in the place of one that has ended. */
  async startReplica(index: number): Promise<void> {
    this.world.replicas[index] = await startReplica(this.world.env);
  }

  /** Stops a replica where it stands, until what this returns is called. */
  freezeReplica(index: number): () => void {
    return freeze([this.world.replica(index).process.pid as number]);
  }

  /** Talks with so many agents each, all of whom send. */
  async createTalks(count: number, agentsEach: number): Promise<LoadedTalk[]> {
    for (let n = 0; n < count; n += 1) {
      const senders = await Promise.all(range(1, agentsEach).map((one) => this.world.agent(`Agent ${one}`)));
      const [creator, ...others] = senders as [TestAgent, ...TestAgent[]];
      const { id } = await createTalk(creator, others, { type: 'group' });
      this.talks.push({ id, senders });
    }
    return this.talks;
  }

  /** Has every agent of every talk follow, through any replica or those given; tells all who follow by now. */
  async followAll(pickUrl = this.pickUrl): Promise<Subscriber[]> {
    await this.follow(
      this.talks.flatMap(({ senders }) => senders),
      pickUrl,
    );
    return this.subscribers;
  }

  /** Has these agents follow. */
  async follow(agents: TestAgent[], pickUrl: () => string): Promise<Subscriber[]> {
    const followers = await Promise.all(agents.map((agent) => Subscriber.start(agent, pickUrl)));
    this.subscribers.push(...followers);
    return followers;
  }

  /** Every talk's events as PostgreSQL keeps them. */
  async storedEvents(): Promise<Map<string, StoredEvent[]>> {
    const rows = await this.world.database.query<StoredEvent & { chat_id: string }>(
      `SELECT stream_id AS chat_id, seq::int, type, coalesce(payload ->> 'id', payload ->> 'message_id') AS id,
              payload ->> 'client_message_id' AS "clientMessageId"
       FROM events WHERE kind = 'chat' ORDER BY stream_id, seq`,
    );
    const stored = new Map(this.talks.map(({ id }) => [id, [] as StoredEvent[]]));
    for (const { chat_id, ...event } of rows) stored.get(chat_id)?.push(event);
    return stored;
  }

  /**
   * Resolves with the stored events once every subscriber has the last of each of its talks, or the
   * time for it is over: what is missing then is for the judge to tell.
   */
  async settle(subscribers = this.subscribers): Promise<Map<string, StoredEvent[]>> {
    const stored = await this.storedEvents();
    const hasAll = (subscriber: Subscriber): boolean =>
      subscriber.isLive &&
      [...subscriber.logs.keys()].every(
        (id) => subscriber.positionOf(id) >= (stored.get(id)?.at(-1)?.seq ?? 0),
      );
    for (let waited = 0; waited < SETTLE_LIMIT && !subscribers.every(hasAll); waited += LOOK_EVERY) {
      await sleep(LOOK_EVERY);
    }
    return stored;
  }

  async close(): Promise<void> {
    for (const subscriber of this.subscribers) subscriber.stop();
    await this.world.close();
    await this.redis.stop();
    await this.postgres.stop('immediate');
    await rm(this.folder, { recursive: true, force: true });
  }
}

const isRunning = ({ exitCode, signalCode }: Replica['process']): boolean =>
  exitCode === null && signalCode === null;

function databaseOf(url: string): TestDatabase {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  return {
    url,
    query: async (sql, values) => (await pool.query(sql, values)).rows as never,
    release: () => pool.end(),
  };
}
