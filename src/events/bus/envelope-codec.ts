import { isWireTime } from '../../database/timestamp.js';
import { jsonOnce } from '../../http/json.js';
import type { Envelope, EventType } from '../event.js';
import { STREAM_KINDS, type StreamKind } from '../stream.js';

const KINDS: readonly string[] = STREAM_KINDS;

/** A traceparent as a replica writes it. Checked here, since a replica without traces does not load OpenTelemetry. */
const TRACE = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** @param trace the traceparent that those who hear of the event go on from */
export function encodeEnvelope(envelope: Envelope, trace?: string): string {
  const { kind, stream_id, seq, type, tm_create, payload } = envelope;
  const head = JSON.stringify({ kind, stream_id, seq, type, tm_create, trace });
  return `${head.slice(0, -1)},"payload":${jsonOnce(payload)}}`;
}

/** The envelope, or `undefined` for anything else: whoever reaches the channel may write to it. */
export function decodeEnvelope(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, stream_id, seq, type, tm_create, payload, trace } = value as Record<string, unknown>;
  const sound =
    typeof kind === 'string' &&
    KINDS.includes(kind) &&
    typeof stream_id === 'string' &&
    Number.isSafeInteger(seq) &&
    (seq as number) > 0 &&
    typeof type === 'string' &&
    typeof tm_create === 'string' &&
    isWireTime(tm_create) &&
    typeof payload === 'object' &&
    payload !== null &&
    (trace === undefined || (typeof trace === 'string' && TRACE.test(trace)));
  if (!sound) return undefined;
  return {
    kind: kind as StreamKind,
    stream_id,
    seq: seq as number,
    type: type as EventType,
    tm_create,
    payload,
    ...(trace !== undefined && { origin: { traceparent: trace } }),
  };
}
