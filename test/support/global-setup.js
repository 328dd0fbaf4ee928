import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadDatabaseSettings } from '../../dist/config/database-settings.js';
import { migrate } from '../../dist/database/migrator.js';
import { startPostgres } from '../../dist/embedded/postgres-server.js';
import { freePort } from './free-port.js';
import { startRedis } from './redis-server.js';
import tearDown from './global-teardown.js';

/** The migrated database that every test file gets a copy of. */
const TEMPLATE = 'talk_template';

/**
 * Provides the real servers: those that DATABASE_URL and REDIS_URL name, else servers of our own.
 * Test files find them in TEST_DATABASE_URL and TEST_REDIS_URL.
 */
export default async function setUp() {
  globalThis.talkServers = [];
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.once(signal, () => void tearDown().then(() => process.exit(code)));
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'talk-test-'));
    globalThis.talkTestFolder = folder;
    process.env.TEST_FAULT_TABLE = join(folder, 'faults.jsonl');
    process.env.TEST_ATTACK_TABLE = join(folder, 'attacks.jsonl');
    process.env.TEST_DATABASE_URL = process.env.DATABASE_URL ?? (await ownPostgres(folder));
    process.env.TEST_REDIS_URL = process.env.REDIS_URL ?? (await ownRedis());
    process.env.TEST_TEMPLATE = TEMPLATE;
    await createTemplate(process.env.TEST_DATABASE_URL);
  } catch (error) {
    await tearDown();
    throw error;
  }
}

async function ownPostgres(folder) {
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    password: 'test',
    port: await freePort(),
    // Nothing here has to outlive a power cut.
    settings: ['fsync=off', 'max_connections=300', 'shared_buffers=256MB'],
  });
  globalThis.talkServers.push(server);
  return server.url;
}

async function ownRedis() {
  const server = await startRedis();
  globalThis.talkServers.push(server);
  return server.url;
}

async function createTemplate(adminUrl) {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrate(loadDatabaseSettings({ DATABASE_URL: url.href }));
}
