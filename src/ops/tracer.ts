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
  /** The traceparent of the work that this is a part of; without one, or with garbage, a trace begins. */
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
