import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import { ATTRIBUTES } from './attribute-names';
import { cleanText } from './clean-text';
import { formatTraceparent } from './traceparent';
import type { GatewaySpan, SpanAttributes } from './tracing';

/** A span that OpenTelemetry records and exports. Strings are redacted like those of log lines. */
export class RecordedSpan implements GatewaySpan {
  readonly isRecording = true;
  readonly traceId: string;
  readonly spanId: string;

  constructor(private readonly span: Span) {
    const context = span.spanContext();
    this.traceId = context.traceId;
    this.spanId = context.spanId;
  }

  get traceparent(): string {
    return formatTraceparent({ traceId: this.traceId, spanId: this.spanId, sampled: true });
  }

  get logFields(): { readonly trace_id: string; readonly span_id: string } {
    return { trace_id: this.traceId, span_id: this.spanId };
  }

  setAttributes(attributes: SpanAttributes): void {
    this.span.setAttributes(cleanAttributes(attributes));
  }

  addEvent(name: string, attributes: SpanAttributes = {}): void {
    this.span.addEvent(name, cleanAttributes(attributes));
  }

  setError(errorType: string, message?: string): void {
    this.span.setAttribute(ATTRIBUTES.errorType, errorType);
    this.span.setStatus({
      code: SpanStatusCode.ERROR,
      ...(message !== undefined && { message: cleanText(message) }),
    });
  }

  end(endTimeUnixMs?: number): void {
    if (this.span.isRecording()) this.span.end(endTimeUnixMs);
  }
}

/** Attributes in OpenTelemetry's own type, redacted; it leaves out undefined ones itself. */
export function cleanAttributes(attributes: SpanAttributes): Attributes {
  const clean: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') clean[name] = cleanText(value);
    else if (typeof value === 'object') clean[name] = value.map(cleanText);
    else clean[name] = value;
  }
  return clean;
}
