import type { NanoUsd, Usage } from '@gateway/domain';
import type { Price, TokenRates } from './price';

const PICO_PER_NANO = 1000n;

/** The token counts of `Usage` that cost money. */
export type BillableUsage = Pick<
  Usage,
  'promptTokens' | 'completionTokens' | 'cachedPromptTokens' | 'cacheWriteTokens'
>;

/**
 * What the tokens cost, in whole nano-USD: exact integer arithmetic in pico-USD with a single rounding, half up, at the
 * end. Cached and written tokens are parts of the prompt and are charged at their own rates; reasoning tokens are
 * already part of the completion. Counts a provider got wrong (negative, fractional, parts larger than the whole) are
 * brought into range first, so that the result is never negative. Amounts beyond 2^53 - 1 end there.
 */
export function costNanoUsd(usage: BillableUsage, price: Price): NanoUsd {
  const prompt = count(usage.promptTokens);
  const cached = least(count(usage.cachedPromptTokens), prompt);
  const written = least(count(usage.cacheWriteTokens), prompt - cached);
  const rates = ratesFor(prompt, price);
  const pico =
    (prompt - cached - written) * BigInt(rates.inputPicoUsdPerToken) +
    cached * BigInt(rates.cachedInputPicoUsdPerToken) +
    written * BigInt(rates.cacheWritePicoUsdPerToken) +
    count(usage.completionTokens) * BigInt(rates.outputPicoUsdPerToken);
  const nano = (pico + PICO_PER_NANO / 2n) / PICO_PER_NANO;
  return Number(least(nano, BigInt(Number.MAX_SAFE_INTEGER)));
}

function ratesFor(promptTokens: bigint, price: Price): TokenRates {
  return price.tiers.findLast(({ abovePromptTokens }) => promptTokens > BigInt(abovePromptTokens)) ?? price;
}

function count(tokens: number): bigint {
  if (!(tokens > 0)) return 0n;
  return BigInt(Math.min(Math.ceil(tokens), Number.MAX_SAFE_INTEGER));
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
