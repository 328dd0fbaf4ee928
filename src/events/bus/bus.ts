import type { Envelope } from '../event.js';
import type { StreamKey } from '../stream.js';

/** `away`: nothing published now arrives anywhere, so the tail checks have to hurry. */
export type BusState = 'up' | 'away';

/** Tells the new state. */
export type BusStateListener = (state: BusState) => void;

/** Anything may arrive: late, twice, never, or garbage. The sequencer makes it right. */
export type EnvelopeListener = (envelope: Envelope) => void;

/** The fast hint between replicas. It may lose, double and reorder; PostgreSQL is the truth. */
export abstract class Bus {
  abstract readonly state: BusState;

  /** Fire and forget: never throws, never waits, drops while away. */
  abstract publish(envelopes: Envelope[]): void;

  /** Resolves when envelopes of these streams arrive from now on, or after their time limit in any case. */
  abstract subscribe(streams: StreamKey[]): Promise<void>;

  abstract unsubscribe(streams: StreamKey[]): void;

  abstract onEnvelope(listener: EnvelopeListener): void;

  abstract onState(listener: BusStateListener): void;
}
