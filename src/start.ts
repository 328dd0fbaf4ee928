import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.setup.js';
import type { Settings } from './config/settings.js';
import { demoWelcome, seedDemo } from './embedded/demo.js';
import { startEmbedded, type Embedded } from './embedded/embedded.js';
import { switchDebugAtSignal } from './ops/debug-switch.js';
import { MetricsServer } from './ops/metrics-server.js';
import { startTracing } from './ops/tracing.js';
import { Lifecycle } from './ops/lifecycle.js';
import { awaitDatabase } from './database-wait.js';
import { stopAtSignals } from './shutdown.js';

/**
 * Starts Talk, on an embedded PostgreSQL where none is named, and has it stop at SIGINT or SIGTERM.
 * @throws Error with one line for the operator where it cannot start
 */
export async function start(asked: Settings): Promise<void> {
  const embedded = asked.databaseUrl ? undefined : await startEmbedded(asked);
  try {
    await serve(embedded?.settings ?? asked, embedded);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Listens from the start, so that whoever looks learns what Talk waits for; serves once the schema is there. */
async function serve(settings: Settings, embedded: Embedded | undefined): Promise<void> {
  if (settings.tracesEndpoint) await startTracing();
  const app = await createApp(settings);
  switchDebugAtSignal();
  try {
    const address = await listen(app, settings);
    stopAtSignals(app, settings, async () => embedded?.stop());
    if (!(await awaitDatabase(app, settings, address))) return;
    if (embedded) await seedDemo(app);
    app.get(Lifecycle).serve();
    console.log(
      `Talk is ready at ${address}${embedded ? `\n${demoWelcome(address, settings.console)}` : ''}`,
    );
  } catch (error) {
    await app.close();
    throw error;
  }
}

/**
 * Connections that may wait to be taken in; the operating system may allow fewer. Where there is no more
 * room it drops them, and their clients try again only after one, three and seven seconds.
 */
const BACKLOG = 65_535;

/** Tells the address. Fastify's own `listen`, since Nest's would also log what is thrown here. */
async function listen(app: NestFastifyApplication, settings: Settings): Promise<string> {
  const { port, host, metricsPort } = settings;
  await app.init();
  const fastify = app.getHttpAdapter().getInstance();
  const address = await bind('PORT', port, host, () => fastify.listen({ port, host, backlog: BACKLOG }));
  if (metricsPort !== undefined) {
    const metrics = app.get(MetricsServer);
    await bind('METRICS_PORT', metricsPort, host, () => metrics.listen(metricsPort, host));
  }
  return address;
}

/** @throws Error that names the setting where nobody can listen there */
async function bind<Result>(
  setting: string,
  port: number,
  host: string,
  listening: () => Promise<Result>,
): Promise<Result> {
  try {
    return await listening();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new Error(`port ${port} on ${host} is in use; set ${setting}`, { cause: error });
    if (code === 'EACCES')
      throw new Error(`port ${port} on ${host} is not allowed; set ${setting}`, { cause: error });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(`HOST ${host} is not an address of this machine`, { cause: error });
    }
    throw error;
  }
}
