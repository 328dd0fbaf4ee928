import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from './config/settings.js';
import { Lifecycle } from './ops/lifecycle.js';
import { OpenRequests } from './ops/open-requests.js';
import { Sockets } from './realtime/sockets.js';

/** In milliseconds from the signal. */
interface Pace {
  /** Until then new connections are taken: whoever routes them has yet to learn that this replica goes. */
  delay: number;
  /** By then every socket has been told to move. */
  moving: number;
  /** What is not finished then is cut off. */
  grace: number;
}

/** At Ctrl-C somebody sits and waits. */
const AT_ONCE = { delay: 0, moving: 0, grace: 2_000 };

/** Milliseconds after the last connection was taken in which its request may still come. */
const LATE_REQUESTS = 100;

/** Milliseconds; npm passes on a Ctrl-C that the terminal has sent to Talk already. */
const ECHO = 250;

const logger = new Logger('Shutdown');

/**
 * Ends the process at SIGTERM as an orchestrator wants it, at SIGINT (Ctrl-C) quickly, and at whatever
 * signal comes while it does so at once. `stopDatabase` comes last, so that the last transactions still find it.
 */
export function stopAtSignals(
  app: NestFastifyApplication,
  { shutdownDelay: delay, shutdownGrace: grace }: Settings,
  stopDatabase: () => Promise<void>,
): void {
  let first: { signal: NodeJS.Signals; at: number; hurry: () => void } | undefined;
  const stop = async (signal: NodeJS.Signals, pace: Pace): Promise<void> => {
    const at = Date.now();
    if (first) {
      const isEcho = signal === 'SIGINT' && first.signal === 'SIGINT' && at - first.at < ECHO;
      return isEcho ? undefined : first.hurry();
    }
    logger.log(`Stopping at ${signal}`);
    const hurried = new Promise<void>((hurry) => (first = { signal, at, hurry }));
    const code = await finish(app, pace, hurried);
    await stopDatabase();
    process.exit(code);
  };
  process.on('SIGTERM', (signal) => void stop(signal, { delay, moving: grace / 2, grace }));
  process.on('SIGINT', (signal) => void stop(signal, AT_ONCE));
}

/** Resolves with the exit code when all is done, the grace is over, or a second signal came. */
async function finish(app: NestFastifyApplication, pace: Pace, hurried: Promise<void>): Promise<number> {
  const [requests, sockets] = [app.get(OpenRequests), app.get(Sockets)];
  const cut = async (): Promise<void> => {
    await sleep(pace.grace);
    logger.warn(
      `Cut off after ${pace.grace} ms: ${requests.count} requests and ${sockets.count} sockets were open`,
    );
  };
  try {
    await Promise.race([end(app, pace), cut(), hurried]);
    return 0;
  } catch (error) {
    logger.error({ err: error }, 'could not stop in good order');
    return 1;
  }
}

async function end(app: NestFastifyApplication, { delay, moving }: Pace): Promise<void> {
  const [requests, sockets, lifecycle] = [app.get(OpenRequests), app.get(Sockets), app.get(Lifecycle)];
  lifecycle.stop();
  requests.endConnections();
  const closed = new AbortController();
  const moved = sockets.moveAll(moving, closed.signal);
  await sleep(delay);
  const unlistened = app.getHttpAdapter().getInstance().close();
  closed.abort();
  await Promise.all([moved, sleep(LATE_REQUESTS)]);
  await requests.settled();
  // What is left has no request in work: a connection made and not used.
  app.getHttpServer().closeAllConnections();
  await unlistened;
  await app.close();
}
