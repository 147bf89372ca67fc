import type { NanoUsd, Usage } from '@gateway/domain';
import type { Price, TokenRates } from './price';

const PICO_PER_NANO = 1000n;
const HALF_NANO = 500;

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
  return costInNumbers(usage, price) ?? costInBigInts(usage, price);
}

/** The same sum without bigints, which take a microsecond; null unless every number on the way is exact. */
function costInNumbers(usage: BillableUsage, price: Price): NanoUsd | null {
  const { promptTokens: prompt, cachedPromptTokens: cached, cacheWriteTokens: written } = usage;
  const plain = prompt - cached - written;
  if (!isCount(prompt) || !isCount(cached) || !isCount(written) || !isCount(plain)) return null;
  if (!isCount(usage.completionTokens)) return null;
  const rates = ratesFor(prompt, price);
  if (!isCount(rates.inputPicoUsdPerToken) || !isCount(rates.outputPicoUsdPerToken)) return null;
  if (!isCount(rates.cachedInputPicoUsdPerToken) || !isCount(rates.cacheWritePicoUsdPerToken)) return null;
  const pico =
    plain * rates.inputPicoUsdPerToken +
    cached * rates.cachedInputPicoUsdPerToken +
    written * rates.cacheWritePicoUsdPerToken +
    usage.completionTokens * rates.outputPicoUsdPerToken +
    HALF_NANO;
  // No part is negative, and rounding keeps order: a sum in the safe range had only exact parts.
  return pico <= Number.MAX_SAFE_INTEGER ? (pico - (pico % 1000)) / 1000 : null;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function costInBigInts(usage: BillableUsage, price: Price): NanoUsd {
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

function ratesFor(promptTokens: bigint | number, price: Price): TokenRates {
  return price.tiers.findLast(({ abovePromptTokens }) => promptTokens > abovePromptTokens) ?? price;
}

function count(tokens: number): bigint {
  if (!(tokens > 0)) return 0n;
  return BigInt(Math.min(Math.ceil(tokens), Number.MAX_SAFE_INTEGER));
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
