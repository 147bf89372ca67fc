import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { ATTRIBUTES } from './attribute-names';
import { createTracing } from './create-tracing';
import { parseTraceparent } from './traceparent';

const PARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const UNSAMPLED_PARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;

class KeptSpans extends InMemorySpanExporter {
  readonly kept: ReadableSpan[] = [];
  override export(...[spans, done]: Parameters<InMemorySpanExporter['export']>): void {
    this.kept.push(...spans);
    super.export(spans, done);
  }
}

function exporting(sampleRatio?: number) {
  const exporter = new KeptSpans();
  const tracing = createTracing({
    service: 'router',
    instance: 'router-1',
    exporter,
    ...(sampleRatio !== undefined && { sampleRatio }),
  });
  const spansAfterShutdown = async () => {
    await tracing.shutdown();
    return exporter.kept;
  };
  return { tracing, spansAfterShutdown };
}

describe('createTracing', () => {
  it('N1 gives valid ids and keeps the trace of a valid parent when nothing is recorded', () => {
    const tracing = createTracing({ service: 'router', instance: 'router-1' });
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(PARENT, UNSAMPLED_PARENT, undefined), fc.string()), (parent) => {
        const span = tracing.startSpan('route', { ...(parent !== undefined && { parent }) });
        const own = parseTraceparent(span.traceparent);
        expect(own).toMatchObject({ traceId: span.traceId, spanId: span.spanId });
        expect(span.logFields).toEqual({ trace_id: span.traceId, span_id: span.spanId });
        const from = parseTraceparent(parent);
        if (from !== null) expect(own).toMatchObject({ traceId: from.traceId, sampled: from.sampled });
        expect(span.spanId).not.toBe(from?.spanId);
      }),
    );
    expect(tracing.enabled).toBe(false);
  });

  it('N1 exports a span with its parent, kind, attributes, times and service', async () => {
    const { tracing, spansAfterShutdown } = exporting();
    const root = tracing.startSpan('POST /v1/chat/completions', {
      kind: 'server',
      parent: PARENT,
      startTimeUnixMs: 1_700_000_000_000,
      attributes: { [ATTRIBUTES.requestModel]: 'gpt', skipped: undefined },
    });
    const child = tracing.startSpan('chat gpt', { kind: 'client', parent: root.traceparent });
    child.setAttributes({ [ATTRIBUTES.usageInputTokens]: 12 });
    child.setError('provider_error', 'said Bearer abcdefgh12345678');
    child.addEvent('retry', { attempt: 1 });
    child.end();
    root.end(1_700_000_000_250);
    root.end();
    const [second, first] = await spansAfterShutdown();
    expect(first).toMatchObject({
      name: 'POST /v1/chat/completions',
      kind: 1,
      startTime: [1_700_000_000, 0],
      duration: [0, 250_000_000],
    });
    expect(first!.attributes).toEqual({ 'gen_ai.request.model': 'gpt' });
    expect(first!.parentSpanContext?.spanId).toBe('b'.repeat(16));
    expect(first!.resource.attributes['service.name']).toBe('llm-gateway-router');
    expect(second!.spanContext().traceId).toBe('a'.repeat(32));
    expect(second!.parentSpanContext?.spanId).toBe(root.spanId);
    expect(second!.attributes).toEqual({ 'gen_ai.usage.input_tokens': 12, 'error.type': 'provider_error' });
    expect(second!.status).toEqual({ code: 2, message: 'said Bearer [redacted]' });
    expect(second!.events).toHaveLength(1);
  });

  it('N1 records a child exactly when its parent was sampled, whatever the ratio', async () => {
    const { tracing, spansAfterShutdown } = exporting(0);
    const sampled = tracing.startSpan('a', { parent: PARENT });
    const unsampled = tracing.startSpan('b', { parent: UNSAMPLED_PARENT });
    const root = tracing.startSpan('c');
    for (const span of [sampled, unsampled, root]) span.end();
    expect([sampled, unsampled, root].map((span) => span.isRecording)).toEqual([true, false, false]);
    expect(parseTraceparent(root.traceparent)?.sampled).toBe(false);
    expect((await spansAfterShutdown()).map(({ name }) => name)).toEqual(['a']);
  });

  it('N1 decides on a new trace by its id, and records it under that id', async () => {
    const { tracing, spansAfterShutdown } = exporting(0.5);
    const spans = Array.from({ length: 400 }, (_, index) => tracing.startSpan(`s${index}`));
    for (const span of spans) span.end();
    for (const span of spans) {
      expect(span.isRecording).toBe(Number.parseInt(span.traceId.slice(-12), 16) < 2 ** 47);
    }
    const recorded = spans.filter((span) => span.isRecording);
    expect(recorded.length).toBeGreaterThan(100);
    expect(recorded.length).toBeLessThan(300);
    const exported = await spansAfterShutdown();
    expect(exported.map((span) => span.spanContext().traceId)).toEqual(recorded.map((span) => span.traceId));
    expect(new Set(exported.map((span) => span.spanContext().traceId)).size).toBe(recorded.length);
  });

  it('N1 a collector that never answers does not hold up the end of a service', async () => {
    jest.useFakeTimers();
    try {
      const exporter = { export: () => {}, shutdown: () => new Promise<void>(() => {}) };
      const tracing = createTracing({ service: 'router', instance: 'router-1', exporter });
      tracing.startSpan('a').end();
      let ended = false;
      const shutdown = tracing.shutdown().then(() => {
        ended = true;
      });
      await jest.advanceTimersByTimeAsync(1_999);
      expect(ended).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      await shutdown;
      expect(ended).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });
});
