import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import { CounterCell, GaugeCell, HistogramCell } from './metric-cells';
import type { Family, HistogramDefinition, Labels, MetricDefinition, Metrics } from './metric-families';
import { SeriesMap } from './series-map';

const DEFAULT_MAX_SERIES = 1_000;
const EVENT_LOOP_PRECISION_MS = 20;

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

type SamplesOf<Cell> = (name: string, labels: Readonly<Record<string, string>>, cell: Cell) => Sample[];

/**
 * A registry for one process, with Node's own metrics unless `processMetrics` is false. The registry and text format are
 * prom-client's; the cells are ours, because prom-client hashes a label string at every observation.
 */
export function createMetrics(options: { service: string; processMetrics?: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.processMetrics !== false) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  }
  return new RegistryMetrics(registry);
}

class RegistryMetrics implements Metrics {
  private knownModels: ReadonlySet<string> = new Set();
  private readonly families = new Map<string, { readonly type: string; readonly family: Family<string, unknown> }>();

  constructor(private readonly registry: Registry) {}

  get contentType(): string {
    return this.registry.contentType;
  }

  render(): Promise<string> {
    return this.registry.metrics();
  }

  setKnownModels(modelGroups: Iterable<string>): void {
    this.knownModels = new Set(modelGroups);
  }

  counter<Label extends string>(definition: MetricDefinition<Label>): Family<Label, CounterCell> {
    return this.family('counter', definition, () => new CounterCell(), singleSample);
  }

  gauge<Label extends string>(definition: MetricDefinition<Label>): Family<Label, GaugeCell> {
    return this.family('gauge', definition, () => new GaugeCell(), singleSample);
  }

  histogram<Label extends string>(definition: HistogramDefinition<Label>): Family<Label, HistogramCell> {
    const { buckets } = definition;
    if (buckets.some((bound, index) => index > 0 && bound <= buckets[index - 1]!)) {
      throw new RangeError(`${definition.name}: bucket bounds must grow`);
    }
    return this.family('histogram', definition, () => new HistogramCell(buckets), histogramSamples(buckets));
  }

  private family<Label extends string, Cell>(
    type: 'counter' | 'gauge' | 'histogram',
    definition: MetricDefinition<Label>,
    createCell: () => Cell,
    samplesOf: SamplesOf<Cell>,
  ): Family<Label, Cell> {
    const existing = this.families.get(definition.name);
    if (existing !== undefined) {
      if (existing.type !== type) throw new TypeError(`${definition.name} is already a ${existing.type}`);
      return existing.family as Family<Label, Cell>;
    }
    const map = new SeriesMap<Label, Cell>({
      labelNames: definition.labels,
      createCell,
      maxSeries: definition.maxSeries ?? DEFAULT_MAX_SERIES,
      isKnownModel: (model) => this.knownModels.has(model),
    });
    const { name, help } = definition;
    const family: Family<Label, Cell> = { name, labelled: (labels: Labels<Label>) => map.find(labels) };
    this.families.set(name, { type, family: family as Family<string, unknown> });
    const get = async () => ({
      name,
      help,
      type,
      aggregator: 'sum',
      values: map.series.flatMap(({ labels, cell }) => samplesOf(name, labels, cell)),
    });
    // The registry asks a metric for no more than this; prom-client's type only names its own classes.
    this.registry.registerMetric({ name, help, get, reset: () => {} } as unknown as Metric);
    return family;
  }
}

const singleSample: SamplesOf<{ readonly value: number }> = (metricName, labels, cell) => [
  { metricName, labels, value: cell.value },
];

function histogramSamples(buckets: readonly number[]): SamplesOf<HistogramCell> {
  return (name, labels, cell) => {
    let running = 0;
    const samples: Sample[] = buckets.map((bound, index) => {
      running += cell.counts[index]!;
      return { metricName: `${name}_bucket`, labels: { le: bound, ...labels }, value: running };
    });
    const total = running + cell.counts[buckets.length]!;
    samples.push(
      { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: total },
      { metricName: `${name}_sum`, labels, value: cell.sum },
      { metricName: `${name}_count`, labels, value: total },
    );
    return samples;
  };
}
