import { createTracing, SILENT_LOGGER } from '../index';

/**
 * Run as a process: records spans, shuts tracing down when standard input ends, and prints what it did. Jest cannot load
 * the exporter's transport.
 */
const { endpoint, count } = JSON.parse(process.argv[2] ?? '{}') as { endpoint: string; count: number };
const warnings: string[] = [];
const tracing = createTracing({
  service: 'edge-api',
  instance: 'edge-1',
  endpoint,
  headers: { 'x-collector': 'key' },
  resourceAttributes: { 'deployment.environment': 'test' },
  logger: { ...SILENT_LOGGER, warn: (_fields, message) => void warnings.push(message) },
});
const traceIds: string[] = [];
for (let index = 0; index < count; index++) {
  const span = tracing.startSpan('chat gpt', { kind: 'client', attributes: { note: 'Bearer abcdefgh12345678' } });
  traceIds.push(span.traceId);
  span.end();
}
process.stdin.resume().on('end', () => {
  void tracing.shutdown().then(() => {
    process.stdout.write(JSON.stringify({ traceIds, warnings }), () => process.exit(0));
  });
});
