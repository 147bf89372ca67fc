import { sqlOptionalText } from '../sql-values';
import type { RequestRow } from './ledger-rows';

/** What is to be added to the account of a key. Whole numbers, as text where they come from PostgreSQL. */
export interface KeySpend<Amount = number | string> {
  readonly keyHash: string;
  readonly keyAlias: string | null;
  readonly nanoUsd: Amount;
  readonly requests: Amount;
  readonly promptTokens: Amount;
  readonly completionTokens: Amount;
}

/** The spend of requests that were not there before: a line for each key, or more where a sum would not be exact. */
export function spendOfNew(requests: readonly RequestRow[]): KeySpend[] {
  const full: KeySpend[] = [];
  const open = new Map<string, KeySpend<number>>();
  for (const row of requests) {
    const own = spendOf(row);
    if (own === null) continue;
    const before = open.get(own.keyHash);
    const both = before === undefined ? own : sum(before, own);
    if (before !== undefined && !isExact(both)) full.push(before);
    open.set(own.keyHash, isExact(both) ? both : own);
  }
  return [...full, ...open.values()];
}

function spendOf({ event, totals }: RequestRow): KeySpend<number> | null {
  if (totals === null) return null;
  return {
    keyHash: event.principal.keyHash,
    keyAlias: sqlOptionalText(event.principal.keyAlias),
    nanoUsd: totals.costNanoUsd,
    requests: 1,
    promptTokens: totals.promptTokens,
    completionTokens: totals.completionTokens,
  };
}

function sum(left: KeySpend<number>, right: KeySpend<number>): KeySpend<number> {
  return {
    keyHash: left.keyHash,
    keyAlias: (left.keyAlias ?? '') > (right.keyAlias ?? '') ? left.keyAlias : right.keyAlias,
    nanoUsd: left.nanoUsd + right.nanoUsd,
    requests: left.requests + right.requests,
    promptTokens: left.promptTokens + right.promptTokens,
    completionTokens: left.completionTokens + right.completionTokens,
  };
}

function isExact({ nanoUsd, promptTokens, completionTokens }: KeySpend<number>): boolean {
  return Number.isSafeInteger(nanoUsd) && Number.isSafeInteger(promptTokens) && Number.isSafeInteger(completionTokens);
}
