import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { activeTracer, useTracer } from './tracer.js';

/** Milliseconds; a collector that is away must not keep a replica from stopping. */
const LAST_SPANS_LIMIT = 2_000;

/** Has spans made from now on; the packages for that are loaded by nobody else. */
export async function startTracing(): Promise<void> {
  const { OtlpTracer } = await import('./otlp-tracer.js');
  useTracer(new OtlpTracer());
}

/** Passes on the last spans of a replica that stops. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  async onApplicationShutdown(): Promise<void> {
    const stopped = activeTracer()?.stop();
    if (!stopped) return;
    await Promise.race([stopped.catch(() => undefined), sleep(LAST_SPANS_LIMIT, undefined, { ref: false })]);
  }
}
