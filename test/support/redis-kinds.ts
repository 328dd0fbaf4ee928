import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisCluster } from './redis-cluster.js';
import { PERMISSIONS } from './redis-permissions.js';
import { RedisSentinel } from './redis-sentinel.js';
import { freePort } from './free-port.js';
import { startRedis } from './redis-server.js';

/** A Redis of one kind, and the settings that lead a replica to it. */
export interface RedisKind {
  env: Record<string, string>;
  /** The same, but for a password that is not right. */
  wrongPassword: Record<string, string>;
  stop(): Promise<void>;
}

/** Needs a password, of everyone. */
export async function withPassword(): Promise<RedisKind> {
  const server = await startRedis(undefined, ['--requirepass', 'a/secret@of:all']);
  const url = (password: string): string =>
    `redis://:${encodeURIComponent(password)}@127.0.0.1:${server.port}/3`;
  return {
    env: { REDIS_URL: url('a/secret@of:all') },
    wrongPassword: { REDIS_URL: url('wrong') },
    stop: () => server.stop(),
  };
}

/** Over TLS alone, and with a user who may no more than Talk needs. */
export async function withTls(): Promise<RedisKind & { ca: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'talk-tls-'));
  const [key, ca] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[
        '-subj',
        '/CN=Redis of a test',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        ca,
      ],
    ],
    { stdio: 'ignore' },
  );
  const port = await freePort();
  const server = await startRedis(0, [
    ...['--tls-port', `${port}`, '--tls-cert-file', ca, '--tls-key-file', key, '--tls-auth-clients', 'no'],
    ...['--user', 'default', 'off'],
    ...['--user', 'talk', 'on', '>of-talk', ...PERMISSIONS],
  ]);
  const url = (password: string): string => `rediss://talk:${password}@127.0.0.1:${port}`;
  return {
    ca,
    env: { REDIS_URL: url('of-talk'), REDIS_CA: ca },
    wrongPassword: { REDIS_URL: url('wrong'), REDIS_CA: ca },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function withSentinel(): Promise<RedisKind> {
  const sentinel = await RedisSentinel.start();
  return {
    env: sentinel.env,
    wrongPassword: { ...sentinel.env, REDIS_URL: sentinel.url('wrong') },
    stop: () => sentinel.stop(),
  };
}

export async function asCluster(): Promise<RedisKind> {
  const cluster = await RedisCluster.start();
  return {
    env: cluster.env,
    wrongPassword: { REDIS_URL: cluster.url('wrong') },
    stop: () => cluster.stop(),
  };
}
