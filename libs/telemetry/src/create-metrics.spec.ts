import * as fc from 'fast-check';
import { createMetrics } from './create-metrics';
import { gatewayInFlightRequests, hopObserver, llmLatencyMs, llmRequestsTotal } from './gateway-metrics';
import { HOPS, METRICS } from './metric-names';

const create = () => createMetrics({ service: 'edge-api', processMetrics: false });

/** The value of one exposed sample, by name and labels in any order. */
async function sample(
  metrics: ReturnType<typeof create>,
  name: string,
  labels: Record<string, string>,
): Promise<number | undefined> {
  for (const line of (await metrics.render()).split('\n')) {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match?.[1] !== name) continue;
    const found = Object.fromEntries(
      [...match[2]!.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((pair) => [pair[1]!, pair[2]!]),
    );
    delete found.service;
    if (JSON.stringify(Object.entries(found).sort()) === JSON.stringify(Object.entries(labels).sort()))
      return Number(match[3]);
  }
  return undefined;
}

describe('createMetrics', () => {
  it('N4 counts by labels and exposes the text format', async () => {
    const metrics = create();
    metrics.setKnownModels(['gpt']);
    const requests = llmRequestsTotal(metrics);
    const labels = { model: 'gpt', provider: 'openai', status: '200', stream: 'true' };
    requests.labelled(labels).increment();
    requests.labelled(labels).increment(2);
    requests.labelled({ ...labels, status: '503' }).increment();
    expect(await sample(metrics, METRICS.llmRequestsTotal, labels)).toBe(3);
    expect(await sample(metrics, METRICS.llmRequestsTotal, { ...labels, status: '503' })).toBe(1);
    expect(await metrics.render()).toContain('# TYPE llm_requests_total counter');
    expect(await metrics.render()).toContain('service="edge-api"');
  });

  it('N4 gives one family per name and refuses a second type', () => {
    const metrics = create();
    expect(llmRequestsTotal(metrics)).toBe(llmRequestsTotal(metrics));
    expect(() => metrics.gauge({ name: METRICS.llmRequestsTotal, help: 'x', labels: [] })).toThrow(/already a counter/);
    expect(() => metrics.histogram({ name: 'h', help: 'x', labels: [], buckets: [2, 1] })).toThrow(/must grow/);
  });

  it('N4 shows only configured model groups, however many names clients invent', async () => {
    const metrics = create();
    metrics.setKnownModels(['gpt']);
    const latency = llmLatencyMs(metrics);
    for (let index = 0; index < 5_000; index++) {
      latency.labelled({ model: `invented-${index}`, provider: 'openai' }).observe(1);
    }
    latency.labelled({ model: 'gpt', provider: 'openai' }).observe(1);
    expect(await sample(metrics, 'llm_latency_ms_count', { model: 'other', provider: 'openai' })).toBe(5_000);
    expect(await sample(metrics, 'llm_latency_ms_count', { model: 'gpt', provider: 'openai' })).toBe(1);
    metrics.setKnownModels(['gpt', 'invented-7']);
    latency.labelled({ model: 'invented-7', provider: 'openai' }).observe(1);
    expect(await sample(metrics, 'llm_latency_ms_count', { model: 'invented-7', provider: 'openai' })).toBe(1);
  });

  it('N4 puts everything beyond the series limit in one series', async () => {
    const metrics = create();
    const family = metrics.counter({ name: 'many_total', help: 'x', labels: ['code'], maxSeries: 3 });
    for (let index = 0; index < 50; index++) family.labelled({ code: `c${index}` }).increment();
    expect((await metrics.render()).match(/^many_total\{/gm)).toHaveLength(4);
    expect(await sample(metrics, 'many_total', { code: 'other' })).toBe(47);
  });

  it('N4 a histogram counts each value once, in the bucket it belongs to, and its sum is theirs', async () => {
    const buckets = [1, 5, 10];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(0, 1, 5, 10, 11), fc.double({ min: 0, max: 20, noNaN: true }))),
        async (values) => {
          const metrics = create();
          const cell = metrics.histogram({ name: 'h', help: 'x', labels: [], buckets }).labelled({});
          for (const value of values) cell.observe(value);
          for (const bound of buckets) {
            expect(await sample(metrics, 'h_bucket', { le: String(bound) })).toBe(
              values.filter((value) => value <= bound).length,
            );
          }
          expect(await sample(metrics, 'h_bucket', { le: '+Inf' })).toBe(values.length);
          expect(await sample(metrics, 'h_count', {})).toBe(values.length);
          expect(await sample(metrics, 'h_sum', {})).toBeCloseTo(
            values.reduce((sum, value) => sum + value, 0),
            6,
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('N4 is not harmed by figures that are none', async () => {
    const metrics = create();
    const counter = metrics.counter({ name: 'c_total', help: 'x', labels: [] }).labelled({});
    const histogram = metrics.histogram({ name: 'h', help: 'x', labels: [], buckets: [1] }).labelled({});
    counter.increment(2);
    for (const bad of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) {
      counter.increment(bad);
      histogram.observe(bad);
    }
    expect([await sample(metrics, 'c_total', {}), await sample(metrics, 'h_count', {})]).toEqual([2, 0]);
  });

  it('N4 escapes label values, so that none can forge a sample', async () => {
    const metrics = create();
    metrics
      .counter({ name: 'c_total', help: 'x', labels: ['code'] })
      .labelled({ code: 'a"} 9\nforged_total 1' })
      .increment();
    expect(await metrics.render()).not.toMatch(/^forged_total/m);
  });

  it('N4 observes every hop and counts what is in flight', async () => {
    const metrics = create();
    const observe = hopObserver(metrics);
    for (const hop of HOPS) observe(hop, 0.4);
    for (const hop of HOPS) expect(await sample(metrics, 'gateway_hop_ms_count', { hop })).toBe(1);
    const inFlight = gatewayInFlightRequests(metrics).labelled({});
    inFlight.increment();
    inFlight.increment();
    inFlight.decrement();
    expect(await sample(metrics, METRICS.gatewayInFlightRequests, {})).toBe(1);
  });

  it('N4 includes what Node says of its event loop and heap unless told not to', async () => {
    const metrics = createMetrics({ service: 'edge-api' });
    const text = await metrics.render();
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).toContain('nodejs_heap_size_used_bytes');
  });
});
