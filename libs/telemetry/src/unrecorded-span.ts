import { formatTraceparent, newSpanId, newTraceId, type TraceParent } from './traceparent';
import type { GatewaySpan } from './tracing';

/** A span that only has an identity. Ids are made when asked for: most spans of an untraced request never are. */
export class UnrecordedSpan implements GatewaySpan {
  readonly isRecording = false;
  private readonly sampled: boolean;
  private ownTraceId: string | undefined;
  private ownSpanId: string | undefined;

  constructor(parent: TraceParent | null, traceId?: string) {
    this.ownTraceId = parent?.traceId ?? traceId;
    // The parent's wish travels on: a service behind us may record although we do not.
    this.sampled = parent?.sampled ?? false;
  }

  get traceId(): string {
    this.ownTraceId ??= newTraceId();
    return this.ownTraceId;
  }

  get spanId(): string {
    this.ownSpanId ??= newSpanId();
    return this.ownSpanId;
  }

  get traceparent(): string {
    return formatTraceparent({ traceId: this.traceId, spanId: this.spanId, sampled: this.sampled });
  }

  get logFields(): { readonly trace_id: string; readonly span_id: string } {
    return { trace_id: this.traceId, span_id: this.spanId };
  }

  setAttributes(): void {}
  addEvent(): void {}
  setError(): void {}
  end(): void {}
}
