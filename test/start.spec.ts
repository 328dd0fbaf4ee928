import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api, JWT_SECRET } from './support/api.js';
import { createTestDatabase } from './support/database.js';
import { startReplica, type Replica } from './support/replica.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'talk-start-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts Talk where it is expected to give up; tells what it said and its exit code. */
async function startInVain(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output.trim() };
}

async function demoLogin(replica: Replica, username: string): Promise<Api> {
  const { status, body } = await new Api(replica.url).post('/auth/login', {
    username,
    password: 'talk-demo',
  });
  expect(status).toBe(200);
  return new Api(replica.url, body.token);
}

describe('Talk on its embedded PostgreSQL', () => {
  it('starts with a demo customer of three agents, tells how to log in, and keeps everything for the next start', async () => {
    const env = { DATA_DIR: join(folder, 'kept') };
    const first = await startReplica(env);
    expect(first.output()).toMatch(/agent-a .*agent-b .*agent-c .*curl -s http.*\/auth\/login/s);
    const [a, b, c] = await Promise.all(
      ['agent-a', 'agent-b', 'agent-c'].map((name) => demoLogin(first, name)),
    );
    const { body: chat } = await a!.post('/service_agents/talk_chats', { name: 'kept' });
    expect((await b!.get(`/service_agents/talk_chats/${chat.id}`)).status).toBe(403);
    expect((await c!.get('/service_agents/talk_chats')).body.result).toEqual([]);
    expect(await first.stop()).toBe(0);

    const second = await startReplica(env);
    const again = await demoLogin(second, 'agent-a');
    expect((await again.get(`/service_agents/talk_chats/${chat.id}`)).body).toEqual(chat);
    // A token of before the restart still holds: the secret is kept too.
    expect((await new Api(second.url, a!.token).get('/service_agents/talk_chats')).status).toBe(200);
    expect(await second.stop()).toBe(0);
  });

  it('runs the curl line that it prints', async () => {
    const replica = await startReplica({ DATA_DIR: join(folder, 'curl') });
    const line = /curl -s .*/.exec(replica.output())?.[0] ?? '';
    const child = spawn('sh', ['-c', line]);
    let answer = '';
    child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(child, 'close');
    expect(JSON.parse(answer)).toEqual({ username: 'agent-a', token: expect.any(String) });
    await replica.stop();
  });

  it('survives being killed: the next start takes its data over', async () => {
    const env = { DATA_DIR: join(folder, 'killed') };
    const killed = await startReplica(env);
    const { body: chat } = await (await demoLogin(killed, 'agent-a')).post('/service_agents/talk_chats', {});
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    const next = await startReplica(env);
    expect(
      (await (await demoLogin(next, 'agent-a')).get(`/service_agents/talk_chats/${chat.id}`)).body,
    ).toEqual(chat);
    expect(await next.stop()).toBe(0);
  });

  it('leaves a folder alone that another Talk uses', async () => {
    const env = { DATA_DIR: join(folder, 'shared') };
    const first = await startReplica(env);
    const { code, output } = await startInVain(env);
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Talk cannot start: another Talk \(process \d+\) uses .*; stop it or set DATA_DIR$/,
    );
    await demoLogin(first, 'agent-a');
    await first.stop();
  });

  it('says in one line that its port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, output } = await startInVain({ DATA_DIR: join(folder, 'port'), PORT: `${port}` });
    server.close();
    expect([code, output]).toEqual([1, `Talk cannot start: port ${port} on 127.0.0.1 is in use; set PORT`]);
  });

  it('says in one line that its folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, output } = await startInVain({ DATA_DIR: join(folder, 'file', 'data') });
    expect(code).toBe(1);
    expect(output).toMatch(
      /^Talk cannot start: the folder .*\/file\/data \(DATA_DIR\) cannot be made: ENOTDIR.*$/,
    );
  });
});

const REDIS_FORMS =
  'must be redis://host, redis+sentinel://host,host/master or redis+cluster://host,host, or start with rediss for TLS';

describe('settings', () => {
  const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/none';
  it.each([
    [{ PORT: '99999' }, 'PORT must be a whole number from 0 to 65535, not "99999"'],
    [{ METRICS_PORT: '70000' }, 'METRICS_PORT must be a port from 0 to 65535, or off, not "70000"'],
    [{ POLLING: 'on' }, 'POLLING must be true or false, not "on"'],
    [{ RECEIVE_LIMIT: '20' }, 'RECEIVE_LIMIT must be a time from 100ms to 10m, such as 20s, not "20"'],
    [{ KEEP_ALIVE_LIMIT: '2h' }, 'KEEP_ALIVE_LIMIT must be a time from 100ms to 1h, such as 75s, not "2h"'],
    [{ MAX_CONNECTIONS: '-1' }, 'MAX_CONNECTIONS must be a whole number from 0 to 1000000, not "-1"'],
    [
      { CORS_ORIGINS: 'https://a.example, https://b.example/' },
      'CORS_ORIGINS must be * or origins such as https://desk.example.com, not "https://b.example/"',
    ],
    [
      { TRUST_PROXY: 'loopback,10.0.0.0/33' },
      'TRUST_PROXY must be addresses such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, not "10.0.0.0/33"',
    ],
    [
      { TRUST_PROXY: 'true' },
      'TRUST_PROXY must be addresses such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, not "true"',
    ],
    [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535, not "http"'],
    [
      { DATABASE_URL: 'mysql://x' },
      'DATABASE_URL must be a URL that starts with postgres:// or postgresql://',
    ],
    [
      { DATABASE_URL: 'postgres://talk:100%@host/talk' },
      'DATABASE_URL has a % in its login that must be written as %25',
    ],
    [
      { DATABASE_URL },
      'JWT_SECRET or JWKS_URL is required when DATABASE_URL is set (the secret with at least 32 bytes)',
    ],
    [{ DATABASE_URL, JWT_SECRET: 'short' }, 'JWT_SECRET must have at least 32 bytes'],
    [{ REDIS_URL: 'localhost' }, `REDIS_URL ${REDIS_FORMS}`],
    [{ REDIS_URL: 'redis://one,two' }, `REDIS_URL ${REDIS_FORMS}`],
    [{ REDIS_URL: 'redis://host:99999' }, `REDIS_URL ${REDIS_FORMS}`],
    [{ REDIS_URL: 'redis://:a-secret@host/db' }, `REDIS_URL ${REDIS_FORMS}`],
    [{ REDIS_URL: 'redis+sentinel://one,two' }, `REDIS_URL ${REDIS_FORMS}`],
    [
      { REDIS_URL: 'redis+cluster://one,two/1' },
      'REDIS_URL must not name a database: a Cluster has one only',
    ],
    [{ REDIS_URL: 'redis://:100%@host' }, 'REDIS_URL has a % in its login that must be written as %25'],
    [{ REDIS_URL: 'redis://host', REDIS_CA: 'x' }, 'REDIS_CA is used with rediss:// only'],
    [
      { REDIS_URL: 'rediss://host', REDIS_CA: '/nowhere' },
      'REDIS_CA must be a certificate in PEM, or the path of a file that holds one',
    ],
    [{ MIGRATE_ON_START: 'yes' }, 'MIGRATE_ON_START must be true or false, not "yes"'],
    [
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
    ],
    [
      { SHUTDOWN_DELAY: '30s' },
      'SHUTDOWN_DELAY must not be longer than SHUTDOWN_GRACE: 30000 ms are over 20000 ms',
    ],
    [{ REQUEST_LIMIT: '15' }, 'REQUEST_LIMIT must be a time from 100ms to 10m, such as 15s, not "15"'],
    [{ ACK_LIMIT: '1h' }, 'ACK_LIMIT must be a time from 100ms to 10m, such as 15s, not "1h"'],
    [
      { DATABASE_LOCK_LIMIT: '-1s' },
      'DATABASE_LOCK_LIMIT must be a time from 10ms to 1m, such as 2s, not "-1s"',
    ],
    [
      { REDIS_COMMAND_LIMIT: '1ms' },
      'REDIS_COMMAND_LIMIT must be a time from 10ms to 10s, such as 100ms, not "1ms"',
    ],
    [{ DATABASE_LOCK_LIMIT: '5s' }, 'DATABASE_STATEMENT_LIMIT must be longer than DATABASE_LOCK_LIMIT'],
    [
      { DATABASE_STATEMENT_LIMIT: '6s' },
      'DATABASE_ANSWER_LIMIT must be longer than DATABASE_STATEMENT_LIMIT',
    ],
    [{ MAX_PARTICIPANTS: '1' }, 'MAX_PARTICIPANTS must be a whole number from 2 to 100000, not "1"'],
  ])('%j stops the process with one line that names the setting', async (env, line) => {
    expect(await startInVain(env as Record<string, string>)).toEqual({
      code: 1,
      output: `Talk cannot start: ${line}`,
    });
  });
});

describe('Talk on a PostgreSQL of the operator', () => {
  it('brings an older schema up to date where it may, also when two replicas do so at once', async () => {
    const database = await createTestDatabase();
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    const env = { DATABASE_URL: database.url, JWT_SECRET, MIGRATE_ON_START: 'true' };
    const replicas = await Promise.all([1, 2].map(() => startReplica(env)));
    for (const replica of replicas) expect(await replica.stop()).toBe(0);
    await database.release();
  });

  it('stops with one line where a migration fails, and changes nothing', async () => {
    const database = await createTestDatabase();
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    await database.query('CREATE TABLE messages (theirs int)');
    const env = { DATABASE_URL: database.url, JWT_SECRET, MIGRATE_ON_START: 'true' };
    const { code, output } = await startInVain(env);
    expect(code).toBe(1);
    expect(output.split('\n').filter((line) => !line.startsWith('{'))).toEqual([
      'Talk cannot start: a migration failed: relation "messages" already exists',
    ]);
    expect(await database.query('SELECT * FROM migrations')).toEqual([]);
    await database.release();
  });
});
