import type { AttemptRow } from './ledger-rows';

/** What a request adds up to. Amounts are whole nano-USD. */
export interface RequestTotals {
  readonly attempts: number;
  /** When the earliest attempt began; null without attempts. */
  readonly startedAtUnixMs: number | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedPromptTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: number;
  readonly estimated: boolean;
  readonly unpriced: boolean;
}

/** The sums that `SETTLE_TOTALS` would find if these were all attempts of the request. Null when one would not be exact. */
export function totalsOf(attempts: readonly AttemptRow[]): RequestTotals | null {
  const totals = {
    attempts: attempts.length,
    startedAtUnixMs: null as number | null,
    promptTokens: 0,
    completionTokens: 0,
    cachedPromptTokens: 0,
    reasoningTokens: 0,
    costNanoUsd: 0,
    estimated: false,
    unpriced: false,
  };
  for (const { record, cost } of attempts) {
    const { usage, startedAtUnixMs } = record;
    totals.startedAtUnixMs = Math.min(totals.startedAtUnixMs ?? startedAtUnixMs, startedAtUnixMs);
    totals.promptTokens += usage.promptTokens;
    totals.completionTokens += usage.completionTokens;
    totals.cachedPromptTokens += usage.cachedPromptTokens;
    totals.reasoningTokens += usage.reasoningTokens;
    totals.costNanoUsd += cost.costNanoUsd;
    totals.estimated ||= usage.estimated;
    totals.unpriced ||= cost.unpriced;
  }
  return isExact(totals) ? totals : null;
}

/** Amounts are never negative, so a sum in the safe range had no step outside of it. */
function isExact(totals: RequestTotals): boolean {
  return (
    Number.isSafeInteger(totals.promptTokens) &&
    Number.isSafeInteger(totals.completionTokens) &&
    Number.isSafeInteger(totals.cachedPromptTokens) &&
    Number.isSafeInteger(totals.reasoningTokens) &&
    Number.isSafeInteger(totals.costNanoUsd)
  );
}
