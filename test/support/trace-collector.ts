import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type AttributeValue = string | number | boolean | readonly AttributeValue[];

export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly failed: boolean;
  readonly startNano: bigint;
  readonly endNano: bigint;
}

/** An OpenTelemetry collector: takes OTLP/HTTP with JSON and keeps the spans. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  /** Every request body as it came, to look for what must not be in any. */
  readonly received: string[] = [];
  private server: Server | undefined;

  /** Resolves with the endpoint. */
  async start(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        this.received.push(text);
        if (request.url === '/v1/traces') this.spans.push(...readSpans(JSON.parse(text) as OtlpRequest));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    // Longer than any pause between two exports: a connection that ends in the moment of a request would lose its spans.
    server.keepAliveTimeout = 120_000;
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  /** The spans of one trace, in the order in which they began. */
  of(traceId: string): CollectedSpan[] {
    return this.spans
      .filter((span) => span.traceId === traceId)
      .sort((one, other) => Number(one.startNano - other.startNano));
  }
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly OtlpValue[] };
}

type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[];

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpAttributes };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly name: string;
        readonly attributes: OtlpAttributes;
        readonly status: { readonly code: number };
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

function readSpans({ resourceSpans }: OtlpRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(readAttributes(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId || undefined,
        name: span.name,
        attributes: readAttributes(span.attributes),
        failed: span.status.code === 2,
        startNano: BigInt(span.startTimeUnixNano),
        endNano: BigInt(span.endTimeUnixNano),
      })),
    );
  });
}

function readAttributes(attributes: OtlpAttributes): Record<string, AttributeValue> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value: OtlpValue): AttributeValue {
  if (value.arrayValue) return value.arrayValue.values.map(readValue);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? '';
}
