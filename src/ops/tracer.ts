/** A piece of work within a trace. */
export interface Span {
  /** Names it to those who work on, as in the W3C's header of this name. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** `error`: what the work failed with. */
  end(error?: unknown): void;
}

export type SpanAttributes = Record<string, string | number | undefined>;

export interface SpanStart {
  /** `server` takes a call, `producer` publishes, `consumer` hears what was published. */
  kind?: 'server' | 'internal' | 'producer' | 'consumer';
  /** The traceparent of the work that this is a part of; without it a trace begins. */
  parent?: string;
  /** The traceparents of works that this one serves as well. */
  links?: (string | undefined)[];
  attributes?: SpanAttributes;
}

/** Makes spans and passes them on to whoever collects them. */
export interface Tracer {
  start(name: string, start: SpanStart): Span;
  /** Passes on what is left. */
  stop(): Promise<void>;
}

let active: Tracer | undefined;

/** `undefined` where nobody collects traces. */
export const activeTracer = (): Tracer | undefined => active;

export function useTracer(tracer: Tracer): void {
  active = tracer;
}

const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** True for a traceparent of version 00, the only one there is. */
export const isTraceparent = (value: unknown): value is string =>
  typeof value === 'string' && TRACEPARENT.test(value);
