import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Context, Span as ApiSpan, Tracer as ApiTracer } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Span, SpanAttributes, SpanStart, Tracer } from './tracer.js';

const w3c = new W3CTraceContextPropagator();

const KINDS = {
  server: SpanKind.SERVER,
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Sends spans over OTLP/HTTP. Where to, how many and how often, the standard's own variables tell the
 * packages themselves: OTEL_EXPORTER_OTLP_*, OTEL_TRACES_SAMPLER, OTEL_BSP_*, OTEL_RESOURCE_ATTRIBUTES.
 */
export class OtlpTracer implements Tracer {
  private readonly provider: BasicTracerProvider;
  private readonly tracer: ApiTracer;

  constructor() {
    this.provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'talk' }).merge(
        detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }),
      ),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    });
    this.tracer = this.provider.getTracer('talk');
  }

  start(name: string, { kind = 'internal', parent, links = [], attributes }: SpanStart): Span {
    const span = this.tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        attributes,
        links: links.flatMap((link) => {
          const context = trace.getSpanContext(contextOf(link));
          return context ? { context } : [];
        }),
      },
      contextOf(parent),
    );
    return new OtlpSpan(span);
  }

  stop(): Promise<void> {
    return this.provider.shutdown();
  }
}

class OtlpSpan implements Span {
  readonly traceparent: string;

  constructor(private readonly span: ApiSpan) {
    const headers: { traceparent?: string } = {};
    w3c.inject(trace.setSpan(ROOT_CONTEXT, span), headers, defaultTextMapSetter);
    this.traceparent = headers.traceparent ?? '';
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  end(error?: unknown): void {
    // What an error says may hold what somebody wrote; its name does not.
    if (error !== undefined)
      this.span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.name : 'failed',
      });
    this.span.end();
  }
}

/** The context of a remote span; the root's where there is none or its name is not valid. */
const contextOf = (traceparent: string | undefined): Context =>
  w3c.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter);
