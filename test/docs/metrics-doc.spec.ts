import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEvictionGauge } from '@gateway/service-kit';
import {
  ATTRIBUTES,
  gatewayAnswersTotal,
  gatewayBatchesTotal,
  gatewayBatchLinesTotal,
  gatewayCallsHeldBackTotal,
  gatewayConcurrencyLimit,
  gatewayConfigRefusedTotal,
  gatewayConfigVersion,
  gatewayErrorsTotal,
  gatewayExperimentWinner,
  gatewayExperimentWinnersTotal,
  gatewayFileUploadsTotal,
  gatewayHopMs,
  gatewayInFlightRequests,
  gatewayPriceFileRefusedTotal,
  gatewayRateLimitedTotal,
  gatewaySecretReadsTotal,
  gatewaySecrets,
  gatewaySheddingLevel,
  gatewayShedRequestsTotal,
  gatewayStoredResponsesTotal,
  gatewayUnsharedLimitsTotal,
  type HistogramDefinition,
  HOPS,
  llmCircuitBreakerState,
  llmCostUsdTotal,
  llmHedgedRequestsTotal,
  llmLatencyMs,
  llmRequestsTotal,
  llmStreamTokensTotal,
  llmTokensTotal,
  METRICS,
  type MetricDefinition,
  type Metrics,
} from '@gateway/telemetry';
import { createAlertMetrics } from '../../services/cost-ledger/src/alerts/alert-metrics';
import { createBudgetMetrics } from '../../services/cost-ledger/src/budgets/budget-metrics';
import { createExportMetrics } from '../../services/cost-ledger/src/exports/export-metrics';
import {
  createDriftReport,
  createLedgerMetrics,
  createMonthReports,
} from '../../services/cost-ledger/src/ledger-metrics';

const root = join(__dirname, '../..');
const text = readFileSync(join(root, 'docs/metrics-and-traces.md'), 'utf8');

/** First cells and whole lines of the table rows below one heading. */
function rowsBelow(heading: string): { readonly name: string; readonly line: string }[] {
  const section = text.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|.*$/gm)].map((row) => ({ name: row[1] ?? '', line: row[0] }));
}

/** Everything that is declared when all metrics of the product are asked for. */
function declaredMetrics(): { readonly name: string; readonly kind: string; readonly labels: readonly string[] }[] {
  const declared: { name: string; kind: string; labels: readonly string[] }[] = [];
  const cell = { increment: () => undefined, set: () => undefined, observe: () => undefined, value: 0 };
  const note =
    (kind: string) =>
    ({ name, labels }: MetricDefinition<string> | HistogramDefinition<string>) => {
      if (!declared.some((metric) => metric.name === name)) declared.push({ name, kind, labels });
      return { name, labelled: () => cell };
    };
  const recorder = {
    counter: note('counter'),
    gauge: note('gauge'),
    histogram: note('histogram'),
  } as unknown as Metrics;
  for (const declare of [
    llmRequestsTotal,
    llmLatencyMs,
    llmTokensTotal,
    llmCircuitBreakerState,
    llmCostUsdTotal,
    llmStreamTokensTotal,
    llmHedgedRequestsTotal,
    gatewayExperimentWinner,
    gatewayExperimentWinnersTotal,
    gatewayAnswersTotal,
    gatewayConcurrencyLimit,
    gatewayCallsHeldBackTotal,
    gatewayUnsharedLimitsTotal,
    gatewayHopMs,
    gatewayErrorsTotal,
    gatewayInFlightRequests,
    gatewayRateLimitedTotal,
    gatewayShedRequestsTotal,
    gatewaySheddingLevel,
    gatewayStoredResponsesTotal,
    gatewayFileUploadsTotal,
    gatewayBatchesTotal,
    gatewayBatchLinesTotal,
    gatewayConfigVersion,
    gatewayConfigRefusedTotal,
    gatewayPriceFileRefusedTotal,
    gatewaySecretReadsTotal,
    gatewaySecrets,
  ]) {
    declare(recorder);
  }
  createAlertMetrics(recorder);
  createExportMetrics(recorder);
  createBudgetMetrics(recorder);
  createEvictionGauge(recorder);
  createLedgerMetrics(recorder);
  createDriftReport(recorder);
  createMonthReports(recorder);
  return declared;
}

/** The sources of the product, without tests. */
function productSources(): string {
  const folders = ['libs', 'services'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(root, parent, name, 'src')),
  );
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && /(?<!\.spec)\.ts$/.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

describe('docs/metrics-and-traces.md', () => {
  it('J lists exactly the metrics there are, with their kinds and labels', () => {
    const declared = declaredMetrics();
    // A metric of the table of names that this test does not ask for would go unseen.
    for (const name of Object.values(METRICS)) expect(declared.map((metric) => metric.name)).toContain(name);
    const documented = rowsBelow('Metrics').map(({ line }) => line.split(' | ').slice(0, 3).join(' | '));
    const expected = declared.map(
      ({ name, kind, labels }) =>
        `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ') || '–'}`,
    );
    expect(documented.sort()).toEqual(expected.sort());
  });

  it('J lists exactly the hops', () => {
    expect(rowsBelow('Hops').map(({ name }) => name)).toEqual([...HOPS]);
  });

  it('J lists as written exactly the span attributes that some code writes, and the rest as reserved', () => {
    const written = new Set([...productSources().matchAll(/\bATTRIBUTES\.(\w+)/g)].map((match) => match[1] ?? ''));
    const names = (used: boolean): string[] =>
      Object.entries(ATTRIBUTES)
        .filter(([key]) => written.has(key) === used)
        .map(([, name]) => name)
        .sort();
    const documented = (heading: string): string[] => [...new Set(rowsBelow(heading).map(({ name }) => name))].sort();
    expect(documented('Span attributes')).toEqual(names(true));
    const reserved = /^Reserved, not written yet: (.*)$/m.exec(text)?.[1] ?? '';
    expect([...reserved.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '').sort()).toEqual(names(false));
  });
});
