import type { CounterCell, GaugeCell, HistogramCell } from './metric-cells';

/** Label names of a metric to their values. */
export type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** One metric name with its series. `labelled` costs well under a microsecond; keep the cell where even that counts. */
export interface Family<Label extends string, Cell> {
  readonly name: string;
  labelled(labels: Labels<Label>): Cell;
}

export type CounterFamily<Label extends string> = Family<Label, CounterCell>;
export type GaugeFamily<Label extends string> = Family<Label, GaugeCell>;
export type HistogramFamily<Label extends string> = Family<Label, HistogramCell>;

export interface MetricDefinition<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  /** Series beyond this share one with every label `other`; default 1000. */
  readonly maxSeries?: number;
}

export interface HistogramDefinition<Label extends string> extends MetricDefinition<Label> {
  /** Upper bounds in the metric's unit, growing, without infinity. */
  readonly buckets: readonly number[];
}

/** The metrics of this process. Asking twice for one name gives the same family. */
export interface Metrics {
  counter<Label extends string>(definition: MetricDefinition<Label>): CounterFamily<Label>;
  gauge<Label extends string>(definition: MetricDefinition<Label>): GaugeFamily<Label>;
  histogram<Label extends string>(definition: HistogramDefinition<Label>): HistogramFamily<Label>;
  /** The values a label `model` may take; all others become `other`. Follow the configuration with it. */
  setKnownModels(modelGroups: Iterable<string>): void;
  readonly contentType: string;
  /** Everything in Prometheus's text format. */
  render(): Promise<string>;
}
