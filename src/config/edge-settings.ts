import { isIP } from 'node:net';
import { readDuration, readSwitch, SettingError, type Environment } from './readers.js';

/** How many proxies are in front of Talk, or their addresses, ranges and named ranges. */
type TrustedProxies = number | string[];

/** Where Talk meets clients, browsers and proxies. */
export interface EdgeSettings {
  /** Whose pages may call Talk from a browser; `undefined` nobody's. */
  corsOrigins: '*' | string[] | undefined;
  /** Proxies whose word on where a call comes from counts; `undefined` nobody's. */
  trustProxy: TrustedProxies | undefined;
  /** Whether Socket.IO may poll; then every request of a client has to reach the same replica. */
  polling: boolean;
  /** Milliseconds in which a request has to have come in, its headers and its body. */
  receiveLimit: number;
  /** Milliseconds that a connection is kept for its next request. */
  keepAliveLimit: number;
}

/** Reads and checks them. @param pollingFallback where POLLING is not set */
export function loadEdgeSettings(env: Environment, pollingFallback: boolean): EdgeSettings {
  return {
    corsOrigins: readOrigins(env, 'CORS_ORIGINS'),
    trustProxy: readProxies(env, 'TRUST_PROXY'),
    polling: readSwitch(env, 'POLLING', pollingFallback),
    receiveLimit: readDuration(env, 'RECEIVE_LIMIT', { fallback: '20s', min: '100ms', max: '10m' }),
    keepAliveLimit: readDuration(env, 'KEEP_ALIVE_LIMIT', { fallback: '75s', min: '100ms', max: '1h' }),
  };
}

const listOf = (text: string): string[] => text.split(',').map((item) => item.trim());

function readOrigins(env: Environment, name: string): EdgeSettings['corsOrigins'] {
  const text = env[name];
  if (!text) return undefined;
  if (text === '*') return '*';
  const origins = listOf(text);
  const wrong = origins.find((origin) => !isWebOrigin(origin));
  if (wrong !== undefined)
    throw new SettingError(name, `must be * or origins such as https://desk.example.com, not "${wrong}"`);
  return origins;
}

/** As a browser sends it: no path, no default port, lower case. */
const isWebOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** Ranges that have a name. */
export const NAMED_RANGES: Readonly<Record<string, string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

const MOST_HOPS = 32;

function readProxies(env: Environment, name: string): EdgeSettings['trustProxy'] {
  const text = env[name];
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return readHops(name, Number(text));
  const proxies = listOf(text);
  const wrong = proxies.find((proxy) => !Object.hasOwn(NAMED_RANGES, proxy) && !isAddressRange(proxy));
  if (wrong !== undefined)
    throw new SettingError(
      name,
      `must be addresses such as 10.0.0.0/8, or ${Object.keys(NAMED_RANGES).join(', ')}, not "${wrong}"`,
    );
  return proxies;
}

function readHops(name: string, hops: number): number {
  if (hops < 1 || hops > MOST_HOPS) {
    throw new SettingError(
      name,
      `must name from 1 to ${MOST_HOPS} proxies where it is a number, not ${hops}`,
    );
  }
  return hops;
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
