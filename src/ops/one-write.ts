import type { Writable } from 'node:stream';

const gathering = new Set<Writable>();

/**
 * Has all that is written to a stream in this turn of the event loop leave in one write: to the
 * system, each costs more than an event does to us.
 */
export function inOneWrite(stream: Writable): void {
  if (gathering.has(stream)) return;
  if (gathering.size === 0) setImmediate(release);
  gathering.add(stream);
  stream.cork();
}

function release(): void {
  const streams = [...gathering];
  gathering.clear();
  for (const stream of streams) stream.uncork();
}
