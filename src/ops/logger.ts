import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';

/** Log lines, in bytes, that wait for whoever reads the output; beyond that new ones are lost, not memory. */
const UNWRITTEN_AT_MOST = 16 * 1024 * 1024;

let lines: Logger = pino({ level: 'silent' });
let usualLevel = 'silent';

/**
 * Standard output, written to beside the work: what comes up during one write leaves in the next. What
 * is left at the end of the process is written then.
 */
const output = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, maxLength: UNWRITTEN_AT_MOST });

/** Nest's logger as JSON lines on standard output, at this level. */
export function createLogger(level: string): LoggerService {
  usualLevel = level;
  lines = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, output());
  const at =
    (method: Level) =>
    (message: unknown, ...rest: unknown[]): void =>
      write(method, message, rest);
  return {
    log: at('info'),
    warn: at('warn'),
    error: at('error'),
    debug: at('debug'),
    verbose: at('trace'),
    fatal: at('fatal'),
  };
}

/** Changes from the usual level to `debug`, or back; returns the level from now on. */
export function toggleDebug(): string {
  lines.level = lines.level === usualLevel ? 'debug' : usualLevel;
  return lines.level;
}

/** True where lines of the level `debug` are written, so that nobody else need make them. */
export const isDebugging = (): boolean => lines.isLevelEnabled('debug');

/** Writes one line with these fields; none may hold a text or a token. */
export function logLine(level: 'info' | 'debug', fields: object, message: string): void {
  lines[level](fields, message);
}

/** Nest passes `(message, …details, context)`; details are strings (a stack, a text) or objects. */
function write(method: Level, message: unknown, rest: unknown[]): void {
  const context = rest.at(-1);
  const details = rest.slice(0, -1).filter((detail) => detail !== undefined);
  const fields = typeof message === 'object' && message !== null ? message : {};
  const text = [
    typeof message === 'string' ? message : undefined,
    ...details.filter((d) => typeof d === 'string'),
  ];
  lines[method]({ context, ...fields }, text.filter(Boolean).join(' '));
}
