import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const REGISTER = join(__dirname, '../../service-kit/src/__fixtures__/register-typescript.cjs');
const SCRIPT = join(__dirname, '__fixtures__/export-spans.ts');

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A collector on loopback that keeps what it is sent. */
async function collector(answer: (reply: Parameters<RequestListener>[1]) => void) {
  const received: Received[] = [];
  const arrivals = new EventEmitter();
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body });
      answer(reply);
      arrivals.emit('request');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    endpoint: `http://127.0.0.1:${port}`,
    /** Resolves when that many requests have come. */
    async reached(count: number): Promise<void> {
      while (received.length < count) await once(arrivals, 'request');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Records spans in a process of its own, which ends its tracing when `until` resolves. */
async function exportSpans(
  input: { readonly endpoint: string; readonly count: number },
  until: Promise<void>,
): Promise<{ traceIds: string[]; warnings: string[] }> {
  const child = spawn(process.execPath, ['--require', REGISTER, SCRIPT, JSON.stringify(input)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  void until.then(() => child.stdin.end());
  return JSON.parse(await text(child.stdout));
}

describe('traces over OTLP/HTTP (real: HTTP collector, exporting process)', () => {
  it('N1 reach the collector with service, headers, ids and redacted attributes', async () => {
    await using sink = await collector((reply) =>
      reply.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    );
    for (const endpoint of [`${sink.endpoint}/`, `${sink.endpoint}/v1/traces`]) {
      const { traceIds, warnings } = await exportSpans({ endpoint, count: 2 }, sink.reached(sink.received.length + 1));
      const { url, headers, body } = sink.received.at(-1)!;
      expect([url, headers['x-collector'], warnings]).toEqual(['/v1/traces', 'key', []]);
      for (const part of [
        'llm-gateway-edge-api',
        'edge-1',
        'deployment.environment',
        'Bearer [redacted]',
        ...traceIds,
      ]) {
        expect(body).toContain(part);
      }
      expect(body).not.toContain('abcdefgh12345678');
    }
  });

  it('N1 a collector that refuses is reported once in the log', async () => {
    await using sink = await collector((reply) => reply.writeHead(400).end());
    const { warnings } = await exportSpans({ endpoint: sink.endpoint, count: 1_200 }, sink.reached(2));
    expect(warnings).toEqual(['traces cannot be exported']);
  });
});
