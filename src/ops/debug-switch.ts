import { Logger } from '@nestjs/common';
import { toggleDebug } from './logger.js';

const logger = new Logger('DebugSwitch');

/**
 * Has SIGUSR2 change the log level to `debug`, and the next one change it back. A signal, since whoever
 * may send one may do anything to this process: no port or token is needed that could be misused.
 */
export function switchDebugAtSignal(): void {
  process.on('SIGUSR2', () => logger.warn(`The log level is now ${toggleDebug()}`));
}
