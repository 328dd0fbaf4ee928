import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** Nest's logger as JSON lines on standard output. */
export function createLogger(level: string): LoggerService {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const at =
    (method: 'info' | 'warn' | 'error' | 'debug' | 'trace' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void =>
      write(logger, method, message, rest);
  return {
    log: at('info'),
    warn: at('warn'),
    error: at('error'),
    debug: at('debug'),
    verbose: at('trace'),
    fatal: at('fatal'),
  };
}

/** Nest passes `(message, …details, context)`; details are strings (a stack, a text) or objects. */
function write(
  logger: Logger,
  method: 'info' | 'warn' | 'error' | 'debug' | 'trace' | 'fatal',
  message: unknown,
  rest: unknown[],
): void {
  const context = rest.at(-1);
  const details = rest.slice(0, -1).filter((detail) => detail !== undefined);
  const fields = typeof message === 'object' && message !== null ? message : {};
  const text = [
    typeof message === 'string' ? message : undefined,
    ...details.filter((d) => typeof d === 'string'),
  ];
  logger[method]({ context, ...fields }, text.filter(Boolean).join(' '));
}
