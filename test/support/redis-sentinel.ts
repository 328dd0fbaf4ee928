import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { range } from './builders.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { startRedis, type RedisServer } from './redis-server.js';

const PASSWORD = 'of-the-master';
const SENTINEL_PASSWORD = 'of-the-sentinels';
const MASTER = 'talk-master';
/** Milliseconds; short, so that a test need not wait. */
const DOWN_AFTER = 1_000;

/** A master, two that copy it, and three Sentinels that put one of them in its place. */
export class RedisSentinel {
  private constructor(
    private readonly folder: string,
    private readonly servers: RedisServer[],
    private readonly sentinels: RedisServer[],
  ) {}

  static async start(): Promise<RedisSentinel> {
    const folder = await mkdtemp(join(tmpdir(), 'talk-sentinel-'));
    const login = ['--dir', folder, '--requirepass', PASSWORD, '--masterauth', PASSWORD];
    const master = await startRedis(undefined, login);
    const copies = await Promise.all(
      range(1, 2).map(() => startRedis(undefined, [...login, '--replicaof', '127.0.0.1', `${master.port}`])),
    );
    await untilCopied(master, copies.length);
    const sentinels = await Promise.all(range(1, 3).map((n) => startSentinel(folder, n, master.port)));
    const made = new RedisSentinel(folder, [master, ...copies], sentinels);
    // Any of them may have to lead a failover, and two others have to vote for it.
    for (const sentinel of sentinels) {
      await eventually(
        () => made.ask('sentinels', sentinel),
        (others) => others.length === 2,
      );
      await eventually(
        async () => (await made.ask('replicas', sentinel)).map(String),
        (copies) => copies.length === 2 && copies.every((copy) => copy.includes('master-link-status,ok')),
      );
    }
    return made;
  }

  /** Of all of them, with this password of the master's. */
  url(password = PASSWORD): string {
    const hosts = this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `redis+sentinel://:${password}@${hosts}/${MASTER}/0`;
  }

  get env(): Record<string, string> {
    return { REDIS_URL: this.url(), REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD };
  }

  /** The server that the Sentinels call the master now. */
  async master(): Promise<RedisServer> {
    const [, port] = (await this.ask('get-master-addr-by-name')) as [string, string];
    return this.servers.find((server) => server.port === Number(port)) as RedisServer;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((server) => server.stop('SIGKILL')));
    await rm(this.folder, { recursive: true, force: true });
  }

  private async ask(
    question: 'get-master-addr-by-name' | 'replicas' | 'sentinels',
    sentinel = this.sentinels[0] as RedisServer,
  ): Promise<unknown[]> {
    const redis = new Redis(sentinel.port, '127.0.0.1', { password: SENTINEL_PASSWORD });
    const answer = (await redis.call('SENTINEL', question, MASTER)) as unknown[];
    redis.disconnect();
    return answer;
  }
}

/** Resolves once the master has so many copies that are as it is; only such a one may take its place. */
async function untilCopied({ port }: RedisServer, count: number): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', { password: PASSWORD });
  await eventually(
    () => redis.info('replication'),
    (info) => info.match(/state=online/g)?.length === count,
  );
  redis.disconnect();
}

async function startSentinel(folder: string, n: number, masterPort: number): Promise<RedisServer> {
  const port = await freePort();
  const file = join(folder, `sentinel-${n}.conf`);
  const lines = [
    `requirepass ${SENTINEL_PASSWORD}`,
    `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
    `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} 2`,
    `sentinel auth-pass ${MASTER} ${PASSWORD}`,
    `sentinel down-after-milliseconds ${MASTER} ${DOWN_AFTER}`,
    `sentinel failover-timeout ${MASTER} 3000`,
  ];
  await writeFile(file, lines.join('\n'));
  return startRedis(port, ['--dir', folder, '--sentinel'], file);
}
