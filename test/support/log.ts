import { eventually } from './eventually.js';
import type { Replica } from './replica.js';

/** Log lines are looked at field by field. */
export type LogLine = any;

export const logLines = (replica: Replica): LogLine[] =>
  replica
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));

/** The lines of this message and these fields, once there is one. */
export const logged = (replica: Replica, msg: string, fields: object): Promise<LogLine[]> =>
  eventually(
    () => linesWith(replica, { msg, ...fields }),
    (lines) => lines.length > 0,
  );

export function linesWith(replica: Replica, fields: object): LogLine[] {
  return logLines(replica).filter((line) =>
    Object.entries(fields).every(([name, value]) => line[name] === value),
  );
}
