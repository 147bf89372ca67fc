import { NANO_USD_PER_USD } from '@gateway/domain';
import { gatewayHopMs, llmCostUsdTotal, type Metrics } from '@gateway/telemetry';
import type { Drift } from './books/books-audit';
import type { DroppedMonth } from './months/drop-requests';
import type { BookedCost } from './usage/ledger-store';
import type { AcceptedEvent } from './usage/usage-event-schema';
import type { RecorderReport } from './usage/usage-recorder';

const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
const BATCH_MS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** What the ledger counts. Costs are counted when a row is first booked; the tables are exact, a counter is not. */
export function createLedgerMetrics(metrics: Metrics, nowUnixMs: () => number = Date.now) {
  const cost = llmCostUsdTotal(metrics);
  const hop = gatewayHopMs(metrics).labelled({ hop: 'usage_to_ledger' });
  const size = metrics.histogram<never>({
    name: 'gateway_ledger_batch_events',
    help: 'Usage events per batch that the ledger wrote.',
    labels: [],
    buckets: BATCH_SIZES,
  });
  const took = metrics.histogram<never>({
    name: 'gateway_ledger_batch_ms',
    help: 'Milliseconds to write one batch of usage events.',
    labels: [],
    buckets: BATCH_MS,
  });
  const lag = metrics.gauge<never>({
    name: 'gateway_ledger_lag_ms',
    help: 'Age in milliseconds of the oldest event in the last batch, from the end of its call to its booking.',
    labels: [],
  });
  const rejected = metrics.counter<never>({
    name: 'gateway_ledger_rejected_total',
    help: 'Usage events that cannot be booked; they are in the table ledger_rejected.',
    labels: [],
  });
  const unpriced = metrics.counter<'provider' | 'model'>({
    name: 'gateway_ledger_unpriced_total',
    help: 'Models met without a known price, once per model and configuration.',
    labels: ['provider', 'model'],
  });
  const report: RecorderReport = {
    booked: (costs: readonly BookedCost[]) => {
      for (const { provider, modelGroup, costNanoUsd } of costs) {
        cost.labelled({ provider, model: modelGroup }).increment(costNanoUsd / NANO_USD_PER_USD);
      }
    },
    rejected: (count) => rejected.labelled({}).increment(count),
    batch: (events, tookMs) => {
      if (events.length === 0) return;
      size.labelled({}).observe(events.length);
      took.labelled({}).observe(tookMs);
      const now = nowUnixMs();
      let oldestMs = 0;
      for (const event of events) {
        const ageMs = Math.max(0, now - endedAtUnixMs(event));
        hop.observe(ageMs);
        oldestMs = Math.max(oldestMs, ageMs);
      }
      lag.labelled({}).set(oldestMs);
    },
  };
  return { report, unpriced };
}

/** Tells by how much books differ. */
export function createDriftReport(metrics: Metrics): (drift: Drift) => void {
  const gauge = metrics.gauge<'books'>({
    name: 'gateway_ledger_drift_nano_usd',
    help: 'By how much books say more than the sum of all attempts, in nano-USD, when they were last compared; 0 when all is well.',
    labels: ['books'],
  });
  return (drift) => {
    for (const [books, amount] of Object.entries(drift)) gauge.labelled({ books }).set(amount);
  };
}

/** Tells of months: rows that are in none, and what was dropped. */
export function createMonthReports(metrics: Metrics) {
  const others = metrics.gauge<'table'>({
    name: 'gateway_ledger_rows_without_month',
    help: 'Rows in the default partition of a table, counted up to 100000: ids that tell no time, or clocks that were far off.',
    labels: ['table'],
  });
  const dropped = metrics.counter<'rows'>({
    name: 'gateway_ledger_dropped_rows_total',
    help: 'Rows of the months that were dropped, by what they were: requests, attempts or transfers of the journal.',
    labels: ['rows'],
  });
  return {
    others: (table: string, rows: number): void => others.labelled({ table }).set(rows),
    dropped: (_books: string, month: DroppedMonth): void => {
      for (const [rows, count] of Object.entries(month)) if (count > 0) dropped.labelled({ rows }).increment(count);
    },
  };
}

function endedAtUnixMs({ request, attempt }: AcceptedEvent): number {
  if (request !== undefined) return request.receivedAtUnixMs + request.latencyMs;
  return attempt === undefined ? 0 : attempt.startedAtUnixMs + attempt.latencyMs;
}
