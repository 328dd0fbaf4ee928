import { deliveries } from '../ops/metrics.js';
import { gatherWrites, wayAround, type Connection } from './connection.js';
import type { EventFrame } from './event-frame.js';

/** By connection, the frames of this turn of the event loop, in order. */
const waiting = new Map<Connection, EventFrame[]>();

/**
 * Sends one event. Written to the WebSocket's own connection, it costs a fraction of what it does on
 * its way through Socket.IO, Engine.IO and `ws`; all of one turn goes in one write. Whoever sends
 * anything else that has to come after it calls `flushFrames` first.
 */
export function writeFrame(connection: Connection, frame: EventFrame): void {
  const frames = waiting.get(connection);
  if (frames) {
    frames.push(frame);
    return;
  }
  if (waiting.size === 0) setImmediate(flushAll);
  waiting.set(connection, [frame]);
}

/** Hands what waits for a connection to the operating system, together with all else of this turn. */
export function flushFrames(connection: Connection): void {
  const frames = waiting.get(connection);
  gatherWrites(connection);
  if (!frames) return;
  waiting.delete(connection);
  write(connection, frames, joined(frames));
  deliveries.inc(frames.length);
}

/** Sockets that follow the same talk mostly get the same frames, so these are joined once. */
function flushAll(): void {
  let last: EventFrame[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  let written = 0;
  for (const [connection, frames] of waiting) {
    if (!areSame(frames, last)) bytes = joined(frames);
    last = frames;
    write(connection, frames, bytes);
    written += frames.length;
  }
  waiting.clear();
  // Once for all, since it costs 20 ns each time.
  deliveries.inc(written);
}

function write(connection: Connection, frames: EventFrame[], bytes: Buffer): void {
  const stream = wayAround(connection);
  if (stream) stream.write(bytes);
  else for (const { packet } of frames) connection.write(packet);
}

const joined = (frames: EventFrame[]): Buffer =>
  frames.length === 1 ? (frames[0] as EventFrame).bytes : Buffer.concat(frames.map(({ bytes }) => bytes));

const areSame = (frames: EventFrame[], others: EventFrame[]): boolean =>
  frames.length === others.length && frames.every((frame, index) => frame === others[index]);
