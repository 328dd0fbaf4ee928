import { logLine } from '../ops/logger.js';
import { originating } from '../ops/origin.js';
import { activeTracer } from '../ops/tracer.js';
import type { Answer } from './packet.js';

interface Packet {
  requestId: string;
  /** None where Talk knows no such packet: what a client makes up is not logged. */
  name: string | undefined;
  agentId: string;
}

/** Runs what answers one packet, logged and traced as a REST call is. */
export async function watchPacket(
  { requestId, name = 'unknown', agentId }: Packet,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const began = performance.now();
  const span = activeTracer()?.start(`packet ${name}`, {
    kind: 'server',
    attributes: { 'talk.request_id': requestId },
  });
  const answer = await originating({ requestId, traceparent: span?.traceparent }, run);
  const status = answer.ok ? 200 : answer.error.status;
  const ms = Math.round((performance.now() - began) * 10) / 10;
  logLine('info', { requestId, packet: name, status, ms, agentId }, 'packet');
  span?.end(status >= 500 ? new Error(`answered with ${status}`) : undefined);
  return answer;
}
