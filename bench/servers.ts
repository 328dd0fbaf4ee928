import { mkdir, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startRedis } from '#redis-server';
import { startPostgres } from '../src/embedded/postgres-server.js';

const TMPFS = 0x01021994;

/** The PostgreSQL and the Redis that everything is measured on, with their default settings. */
export interface Servers {
  postgres: { url: string; pid: number; version: string };
  redis: { url: string; pid: number; version: string };
  stop(): Promise<void>;
}

/** @param folder for PostgreSQL's data; what it held is gone */
export async function startServers(folder: string): Promise<Servers> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if ((await statfs(folder)).type === TMPFS)
    throw new Error(`${folder} is in memory, and has to be on a disk`);
  const dataDir = join(folder, 'postgres');
  const postgres = await startPostgres({ dataDir, password: 'bench' });
  const redis = await startRedis();
  await requireDurable(postgres.url);
  const [pid] = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n');
  const [row] = await query<{ server_version: string }>(postgres.url, 'SHOW server_version');
  const info = await redisInfo(redis.url);
  return {
    postgres: { url: postgres.url, pid: Number(pid), version: row?.server_version ?? '' },
    redis: { url: redis.url, pid: Number(info('process_id')), version: info('redis_version') },
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is measured is durable, or nothing is. */
async function requireDurable(url: string): Promise<void> {
  const rows = await query<{ name: string; setting: string }>(
    url,
    `SELECT name, setting FROM pg_settings
     WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting <> 'on'`,
  );
  if (rows[0]) throw new Error(`PostgreSQL has ${rows[0].name} = ${rows[0].setting}`);
}

async function redisInfo(url: string): Promise<(field: string) => string> {
  const redis = new Redis(url);
  const info = await redis.info('server');
  redis.disconnect();
  return (field) => new RegExp(`${field}:(\\S+)`).exec(info)?.[1] ?? '';
}

/** One query, or several without values, on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

let databases = 0;

/** An empty database; tells its URL. */
export async function createDatabase({ postgres }: Servers): Promise<string> {
  const name = `bench_${(databases += 1)}`;
  await query(postgres.url, `CREATE DATABASE ${name}`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** So that PostgreSQL does not tidy it up while others are measured. */
export async function dropDatabase({ postgres }: Servers, databaseUrl: string): Promise<void> {
  await query(postgres.url, `DROP DATABASE ${new URL(databaseUrl).pathname.slice(1)} WITH (FORCE)`);
}
