export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that Talk cannot start with; the message names it and says what it should be. */
export class SettingError extends Error {
  constructor(name: string, expected: string) {
    super(`${name} ${expected}`);
  }
}

interface IntegerRange {
  fallback: number;
  min: number;
  max: number;
}

export function readInteger(env: Environment, name: string, { fallback, min, max }: IntegerRange): number {
  const text = env[name];
  if (!text) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    throw new SettingError(name, `must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

/** A TCP port; `undefined` for `off`. */
export function readPort(env: Environment, name: string, fallback: number): number | undefined {
  if (env[name] === 'off') return undefined;
  const value = /^\d{1,5}$/.test(env[name] || String(fallback)) ? Number(env[name] || fallback) : NaN;
  if (!(value <= 65_535))
    throw new SettingError(name, `must be a port from 0 to 65535, or off, not "${env[name]}"`);
  return value;
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** As an operator writes a time: a whole number and its unit, `500ms`, `20s`, `15m`, `36h` or `7d`. */
export type Duration = `${number}${keyof typeof UNITS}`;

interface DurationRange {
  fallback: Duration;
  min: Duration;
  max: Duration;
}

/** A time in milliseconds. */
export function readDuration(env: Environment, name: string, { fallback, min, max }: DurationRange): number {
  const text = env[name] || fallback;
  const value = parseDuration(text);
  if (!(value >= parseDuration(min) && value <= parseDuration(max))) {
    throw new SettingError(name, `must be a time from ${min} to ${max}, such as ${fallback}, not "${text}"`);
  }
  return value;
}

function parseDuration(text: string): number {
  const [, number, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}

export function readSwitch(env: Environment, name: string, fallback: boolean): boolean {
  const text = env[name];
  if (!text) return fallback;
  if (text !== 'true' && text !== 'false')
    throw new SettingError(name, `must be true or false, not "${text}"`);
  return text === 'true';
}

export function readOneOf<T extends string>(
  env: Environment,
  name: string,
  allowed: readonly T[],
  fallback: T,
): T {
  const text = env[name];
  if (!text) return fallback;
  const value = allowed.find((candidate) => candidate === text);
  if (!value) throw new SettingError(name, `must be one of ${allowed.join(', ')}, not "${text}"`);
  return value;
}

/** The URL as given. Its value is never repeated in the error: it may hold a password. */
export function readUrl(env: Environment, name: string, protocols: string[]): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new SettingError(
      name,
      `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );
  }
  const { username, password } = new URL(text);
  decodeLogin(name, username + password);
  return text;
}

/** @throws SettingError for a % that stands for no character */
export function decodeLogin(setting: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SettingError(setting, 'has a % in its login that must be written as %25');
  }
}

/** Any text. `requiredWith` names another setting that cannot be used without this one. */
export function readText(
  env: Environment,
  name: string,
  { requiredWith }: { requiredWith: string | undefined },
): string | undefined {
  if (!env[name] && requiredWith) throw new SettingError(name, `is required with ${requiredWith}`);
  return env[name] || undefined;
}

export function readSecret(
  env: Environment,
  name: string,
  { required, minBytes }: { required: boolean; minBytes: number },
): string | undefined {
  const text = env[name];
  if (!text) {
    if (required)
      throw new SettingError(
        name,
        `or JWKS_URL is required when DATABASE_URL is set (the secret with at least ${minBytes} bytes)`,
      );
    return undefined;
  }
  if (Buffer.byteLength(text) < minBytes)
    throw new SettingError(name, `must have at least ${minBytes} bytes`);
  return text;
}
