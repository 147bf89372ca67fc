import {
  DiagLogLevel,
  diag,
  SpanKind as OtelSpanKind,
  ROOT_CONTEXT,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { ATTRIBUTES } from './attribute-names';
import type { Logger } from './logger';
import { cleanAttributes, RecordedSpan } from './recorded-span';
import { isSampled } from './sample-ratio';
import { newSpanId, newTraceId, parseTraceparent, type TraceParent } from './traceparent';
import type { GatewaySpan, SpanKind, SpanOptions, Tracing } from './tracing';
import { UnrecordedSpan } from './unrecorded-span';

export interface TracingOptions {
  readonly service: string;
  readonly instance: string;
  /** OTLP/HTTP base URL (`http://collector:4318`) or full traces URL; absent or empty turns tracing off. */
  readonly endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the resource of every span, e.g. `deployment.environment`. */
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  /** Share of new traces that are recorded, 0 to 1 (default 1); a trace begun elsewhere keeps its own decision. */
  readonly sampleRatio?: number;
  /** Told when spans cannot be exported. */
  readonly logger?: Logger;
  /** Instead of OTLP; for tests. */
  readonly exporter?: SpanExporter;
}

const KINDS: Readonly<Record<SpanKind, OtelSpanKind>> = {
  internal: OtelSpanKind.INTERNAL,
  server: OtelSpanKind.SERVER,
  client: OtelSpanKind.CLIENT,
  producer: OtelSpanKind.PRODUCER,
  consumer: OtelSpanKind.CONSUMER,
};

const EXPORT_TIMEOUT_MS = 5_000;
const SHUTDOWN_TIMEOUT_MS = 2_000;
const BATCH = {
  maxQueueSize: 8_192,
  maxExportBatchSize: 512,
  scheduledDelayMillis: 1_000,
  exportTimeoutMillis: EXPORT_TIMEOUT_MS,
};

/** Tracing as configured: recorded and exported in batches, or ids only when there is no endpoint. */
export function createTracing(options: TracingOptions): Tracing {
  const exporter = options.exporter ?? (options.endpoint ? otlpExporter(options.endpoint, options.headers) : undefined);
  return exporter === undefined ? new IdentityTracing() : new ExportingTracing(options, exporter);
}

class IdentityTracing implements Tracing {
  readonly enabled = false;

  startSpan(_name: string, options?: SpanOptions): GatewaySpan {
    return new UnrecordedSpan(parseTraceparent(options?.parent));
  }

  async shutdown(): Promise<void> {}
}

class ExportingTracing implements Tracing {
  readonly enabled = true;
  private readonly provider: BasicTracerProvider;
  private readonly tracer: Tracer;
  private readonly ratio: number;
  /** The id that the sampling decision of a new trace was made on; the provider must use the same. */
  private rootTraceId = '';

  constructor(options: TracingOptions, exporter: SpanExporter) {
    this.ratio = options.sampleRatio ?? 1;
    reportExportFailures(options.logger);
    this.provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        ...options.resourceAttributes,
        [ATTRIBUTES.serviceName]: `llm-gateway-${options.service}`,
        [ATTRIBUTES.serviceInstanceId]: options.instance,
      }),
      // Sampling is decided in startSpan, where a span that is not wanted costs next to nothing.
      sampler: new AlwaysOnSampler(),
      idGenerator: { generateTraceId: () => this.rootTraceId || newTraceId(), generateSpanId: newSpanId },
      spanProcessors: [new BatchSpanProcessor(exporter, BATCH)],
    });
    this.tracer = this.provider.getTracer('@gateway/telemetry');
  }

  startSpan(name: string, options: SpanOptions = {}): GatewaySpan {
    const parent = parseTraceparent(options.parent);
    if (parent !== null) return parent.sampled ? this.record(name, options, parent) : new UnrecordedSpan(parent);
    const traceId = newTraceId();
    if (!isSampled(traceId, this.ratio)) return new UnrecordedSpan(null, traceId);
    this.rootTraceId = traceId;
    return this.record(name, options, null);
  }

  private record(name: string, options: SpanOptions, parent: TraceParent | null): GatewaySpan {
    const context =
      parent === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId: parent.traceId,
            spanId: parent.spanId,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          });
    const span = this.tracer.startSpan(
      name,
      {
        kind: KINDS[options.kind ?? 'internal'],
        ...(options.attributes && { attributes: cleanAttributes(options.attributes) }),
        ...(options.startTimeUnixMs !== undefined && { startTime: options.startTimeUnixMs }),
      },
      context,
    );
    return new RecordedSpan(span);
  }

  async shutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_TIMEOUT_MS);
    });
    // A collector that is away must not hold up the end of a service; the exporter has reported it.
    await Promise.race([this.provider.shutdown().catch(() => undefined), limit]);
    clearTimeout(timer);
  }
}

function otlpExporter(endpoint: string, headers: Readonly<Record<string, string>> | undefined): SpanExporter {
  const base = endpoint.replace(/\/+$/, '');
  return new OTLPTraceExporter({
    url: base.endsWith('/v1/traces') ? base : `${base}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
    ...(headers && { headers: { ...headers } }),
  });
}

function reportExportFailures(logger: Logger | undefined): void {
  if (logger === undefined) return;
  let nextReportUnixMs = 0;
  const report = (message: string) => {
    if (Date.now() < nextReportUnixMs) return;
    nextReportUnixMs = Date.now() + 60_000;
    logger.warn({ detail: message }, 'traces cannot be exported');
  };
  const nothing = () => {};
  diag.setLogger(
    { error: report, warn: nothing, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
}
