import { readFileSync } from 'node:fs';
import { decodeLogin, SettingError, type Environment } from './readers.js';

interface RedisHost {
  host: string;
  port: number;
}

/** Which Redis, of which kind, and how it is entered. */
export interface RedisTarget {
  kind: 'single' | 'sentinel' | 'cluster';
  /** The server, the Sentinels, or some of the Cluster's nodes. */
  hosts: RedisHost[];
  /** What the Sentinels call the master. */
  master?: string;
  username?: string;
  password?: string;
  sentinelPassword?: string;
  database: number;
  /** `undefined`: no TLS. `ca`: PEM of who signs the servers' certificates, where none known to Node does. */
  tls: { ca?: string } | undefined;
}

const NAME = 'REDIS_URL';

/** As WHATWG reads a URL there is one host only. */
const FORM =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?$/;
const HOST = /^(?:\[(?<address>[0-9a-f:.]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d{1,5}))?$/i;
const SENTINEL_PATH = /^(?<master>[^/]+)(?:\/(?<database>\d{1,4}))?$/;
const PATH = /^(?<database>\d{1,4})?$/;

const PORTS = { single: 6379, sentinel: 26379, cluster: 6379 };

const EXPECTED =
  'must be redis://host, redis+sentinel://host,host/master or redis+cluster://host,host, or start with rediss for TLS';

type Groups = Record<string, string | undefined>;

/**
 * The Redis of `REDIS_URL`, with `REDIS_CA` and `REDIS_SENTINEL_PASSWORD`; `undefined` where none is set.
 * @throws SettingError, which repeats nothing of the URL: it may hold a password
 */
export function readRedisTarget(env: Environment): RedisTarget | undefined {
  const url = env[NAME];
  if (!url) return undefined;
  const { tls, kind: named, login, hosts = '', path = '' } = match(FORM, url);
  const kind = (named ?? 'single') as RedisTarget['kind'];
  const { master, database } = match(kind === 'sentinel' ? SENTINEL_PATH : PATH, path);
  const target: RedisTarget = {
    kind,
    hosts: hosts.split(',').map((host) => readHost(host, PORTS[kind])),
    ...(master && { master: decodeLogin(NAME, master) }),
    ...readLogin(login),
    ...(env.REDIS_SENTINEL_PASSWORD && { sentinelPassword: env.REDIS_SENTINEL_PASSWORD }),
    database: Number(database ?? 0),
    tls: readTls(env, tls === 's'),
  };
  if (kind === 'single' && target.hosts.length > 1) throw new SettingError(NAME, EXPECTED);
  if (kind === 'cluster' && target.database > 0)
    throw new SettingError(NAME, 'must not name a database: a Cluster has one only');
  return target;
}

function match(form: RegExp, text: string): Groups {
  const found = form.exec(text);
  if (!found) throw new SettingError(NAME, EXPECTED);
  return { ...found.groups };
}

function readHost(text: string, usualPort: number): RedisHost {
  const { address, host = address ?? '', port } = match(HOST, text);
  const number = Number(port ?? usualPort);
  if (number < 1 || number > 65_535) throw new SettingError(NAME, EXPECTED);
  return { host, port: number };
}

/** `user:password`, or `:password` alone. */
function readLogin(login = ''): Pick<RedisTarget, 'username' | 'password'> {
  const colon = login.indexOf(':');
  const username = decodeLogin(NAME, colon < 0 ? login : login.slice(0, colon));
  const password = decodeLogin(NAME, colon < 0 ? '' : login.slice(colon + 1));
  return { ...(username && { username }), ...(password && { password }) };
}

function readTls(env: Environment, used: boolean): RedisTarget['tls'] {
  const text = env.REDIS_CA;
  if (!used) {
    if (text) throw new SettingError('REDIS_CA', 'is used with rediss:// only');
    return undefined;
  }
  if (!text) return {};
  const ca = text.includes('-----BEGIN') ? text : readFile(text);
  if (!ca?.includes('-----BEGIN CERTIFICATE-----')) {
    throw new SettingError('REDIS_CA', 'must be a certificate in PEM, or the path of a file that holds one');
  }
  return { ca };
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
