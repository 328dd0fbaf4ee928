import type { Send } from './load.js';
import type { LogEntry, Subscriber } from './subscriber.js';

/** A stretch of time by the clock of this process, in milliseconds. */
export interface Period {
  from: number;
  to: number;
}

/** Milliseconds from the send to each receipt, of the messages whose sending began in the period. */
export function latencies(sends: Send[], subscribers: Pick<Subscriber, 'logs'>[], period?: Period): number[] {
  const { from, to } = period ?? { from: -Infinity, to: Infinity };
  const begun = new Map(sends.map(({ clientMessageId, attempts }) => [clientMessageId, attempts[0]?.at]));
  const waited = ({ clientMessageId, at }: LogEntry): number[] => {
    const sent = clientMessageId === undefined ? undefined : begun.get(clientMessageId);
    return sent !== undefined && from <= sent && sent < to ? [at - sent] : [];
  };
  return subscribers.flatMap(({ logs }) => [...logs.values()].flatMap((entries) => entries.flatMap(waited)));
}

/** Messages per second that were begun. */
export function rateOf(sends: Send[]): number {
  const times = sends.flatMap(({ attempts: [first] }) => first?.at ?? []);
  return Math.round((1000 * times.length) / (Math.max(...times) - Math.min(...times)));
}
