export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanAttributeValue = string | number | boolean | readonly string[] | undefined;
/** By the names of `attribute-names.ts`; undefined values are left out. */
export type SpanAttributes = Readonly<Record<string, SpanAttributeValue>>;

export interface SpanOptions {
  readonly kind?: SpanKind;
  /** A W3C `traceparent`: from the wire, or `parentSpan.traceparent`. An invalid one is ignored and a new trace begins. */
  readonly parent?: string;
  readonly attributes?: SpanAttributes;
  /** When the work began, if that was before the span could be made. */
  readonly startTimeUnixMs?: number;
}

/** One timed piece of work. The ids are always valid, so that log lines join up even when nothing is recorded. */
export interface GatewaySpan {
  readonly traceId: string;
  readonly spanId: string;
  /** To hand on: as `parent` of a child span, or in a message header. */
  readonly traceparent: string;
  /** False when tracing is off or the trace was not sampled: then attributes are not worth computing. */
  readonly isRecording: boolean;
  /** `{ trace_id, span_id }`, for log lines. */
  readonly logFields: { readonly trace_id: string; readonly span_id: string };
  setAttributes(attributes: SpanAttributes): void;
  addEvent(name: string, attributes?: SpanAttributes): void;
  /** Marks the span failed. `errorType` is a short closed word (an error code, an exception name), never free text. */
  setError(errorType: string, message?: string): void;
  /** Ends the span; later calls do nothing. */
  end(endTimeUnixMs?: number): void;
}

/** Parents are passed explicitly; there is no ambient context and therefore no cost per await. */
export interface Tracing {
  /** True when spans are exported anywhere. */
  readonly enabled: boolean;
  startSpan(name: string, options?: SpanOptions): GatewaySpan;
  /** Sends what is buffered and stops; resolves also when the collector is away. */
  shutdown(): Promise<void>;
}
