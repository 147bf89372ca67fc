import type { Database } from '@gateway/storage';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { LedgerStore } from '../src/usage/ledger-store';
import type { PriceBook } from '../src/usage/price-book';
import { RejectedStore } from '../src/usage/rejected-store';
import { type RecorderReport, UsageRecorder } from '../src/usage/usage-recorder';

/** One nano-USD a token in, ten a token out; nobody knows the price of the model `unknown`. */
export const TEST_PRICES: PriceBook = {
  cost: ({ providerModel, usage }) =>
    providerModel === 'unknown'
      ? { costNanoUsd: 0, unpriced: true, priceVersion: 'none' }
      : { costNanoUsd: usage.promptTokens + 10 * usage.completionTokens, unpriced: false, priceVersion: 'test-1' },
};

const NO_REPORT: RecorderReport = { booked: () => undefined, rejected: () => undefined, batch: () => undefined };

export function createRecorder(
  database: Database,
  parts: { prices?: PriceBook; report?: Partial<RecorderReport> } = {},
): UsageRecorder {
  return new UsageRecorder({
    ledger: new LedgerStore(database),
    rejects: new RejectedStore(database),
    prices: parts.prices ?? TEST_PRICES,
    report: { ...NO_REPORT, ...parts.report },
    logger: SILENT_LOGGER,
  });
}
