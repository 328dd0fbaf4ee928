/** A moment in whole microseconds since 1970, UTC. Exact in a double until the year 2255. */
export type Micros = number;

/** The one form of a time on the wire, `2024-01-17 10:30:00.000000`, always UTC. */
export type WireTime = string;

/** How a time column is written into JSON that PostgreSQL builds. */
export const sqlWireTime = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`;

const WIRE_TIME = /^(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/;
const POSTGRES_TIME = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,6}))?([+-]\d\d(?::\d\d)?)$/;

export function formatMicros(micros: Micros): WireTime {
  const milliseconds = Math.floor(micros / 1000);
  const rest = String(micros % 1000).padStart(3, '0');
  return new Date(milliseconds).toISOString().slice(0, -1).replace('T', ' ') + rest;
}

/** The moment of a time in wire form; `NaN` of anything else. */
export const microsOf = (time: WireTime): Micros =>
  Date.parse(`${time.slice(0, 10)}T${time.slice(11, 23)}Z`) * 1000 + Number(time.slice(23));

/** True for a real moment in wire form; refuses the likes of `2024-02-30`. */
export function isWireTime(text: string): boolean {
  if (!WIRE_TIME.test(text)) return false;
  const seconds = text.slice(0, 19);
  const date = new Date(`${seconds.replace(' ', 'T')}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19).replace('T', ' ') === seconds;
}

/** PostgreSQL's text of a `timestamptz`, in whatever zone the session has, as wire time. */
export function parsePostgresTime(text: string): WireTime {
  const match = POSTGRES_TIME.exec(text);
  if (!match) throw new Error(`not a timestamptz: ${text}`);
  const [, seconds = '', fraction = '', zone = ''] = match;
  const micros = fraction.padEnd(6, '0');
  if (zone === '+00') return `${seconds}.${micros}`;
  const offset = zone.length === 3 ? `${zone}:00` : zone;
  const utc = new Date(`${seconds.replace(' ', 'T')}${offset}`).toISOString().slice(0, 19);
  return `${utc.replace('T', ' ')}.${micros}`;
}
