import { isDebugging, logLine } from '../ops/logger.js';
import { currentOrigin, type Origin } from '../ops/origin.js';
import { activeTracer, type Span, type SpanAttributes } from '../ops/tracer.js';
import type { Envelope } from './event.js';

const attributesOf = ({ kind, stream_id, seq, type }: Envelope): SpanAttributes => ({
  'talk.stream.kind': kind,
  'talk.stream.id': stream_id,
  'talk.event.seq': seq,
  'talk.event.type': type,
});

/**
 * Runs `commit` as one span: a part of the call that it is for or, where it is for many, a trace of its
 * own with a link to each of them.
 */
export async function traceCommit<Result extends { envelopes: Envelope[] }>(
  origins: (Origin | undefined)[] | undefined,
  commit: () => Promise<Result>,
): Promise<Result> {
  const tracer = activeTracer();
  if (!tracer) return commit();
  const callers = (origins ?? [currentOrigin()]).flatMap((origin) => origin?.traceparent ?? []);
  const [parent] = callers;
  const span = tracer.start('transaction', callers.length > 1 ? { links: callers } : { parent });
  try {
    const result = await commit();
    for (const envelope of result.envelopes) goOn(envelope, span, callers.length > 1);
    span.set({ 'talk.events': result.envelopes.length });
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

/** Has what becomes of an event belong to its own call's trace, also where it was committed with others. */
function goOn(envelope: Envelope, { traceparent }: Span, isShared: boolean): void {
  const { origin } = envelope;
  envelope.origin = isShared && origin ? { ...origin, transaction: traceparent } : { ...origin, traceparent };
}

/** The span of one publication; to be ended when it is with Redis. */
export function tracePublish(envelope: Envelope): Span | undefined {
  return startSpan('publish', 'producer', envelope);
}

/** Runs the handing out of one event to so many sockets of this replica as one span, and logs it. */
export function traceEmit(envelope: Envelope, listeners: number, emit: () => void): void {
  const span = listeners > 0 ? startSpan('emit', 'consumer', envelope) : undefined;
  emit();
  span?.set({ 'talk.listeners': listeners });
  span?.end();
  if (isDebugging()) logEvent('emitted', envelope, { listeners });
}

/** Joins, in the log, a call to the events that it brought about. */
export function logCommitted(envelopes: Envelope[]): void {
  if (!isDebugging()) return;
  for (const envelope of envelopes) logEvent('committed', envelope, {});
}

function startSpan(name: string, kind: 'producer' | 'consumer', envelope: Envelope): Span | undefined {
  const tracer = activeTracer();
  const { traceparent: parent, transaction } = envelope.origin ?? {};
  if (!tracer || !parent) return undefined;
  return tracer.start(name, { kind, parent, links: [transaction], attributes: attributesOf(envelope) });
}

function logEvent(message: string, envelope: Envelope, more: object): void {
  const { kind, stream_id: streamId, seq, type, payload, origin } = envelope;
  const { id } = payload as { id?: unknown };
  logLine('debug', { requestId: origin?.requestId, kind, streamId, seq, type, id, ...more }, message);
}
