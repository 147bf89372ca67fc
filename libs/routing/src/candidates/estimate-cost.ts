import { costNanoUsd, mostCostAt, type Price } from '@gateway/catalog';
import type { RequestSummary } from '@gateway/contracts';
import type { NanoUsd } from '@gateway/domain';
import type { Candidate } from './candidate';

/** Completion tokens to compare prices by, where the request sets no limit: an ordinary chat answer. */
export const ORDINARY_ANSWER_TOKENS = 500;
/** Completion tokens to reckon with where neither request nor catalogue sets a limit. */
const LONG_ANSWER_TOKENS = 16_384;

/** What the call is likely to cost, in pico-USD, for comparing candidates; infinite where nobody knows the price. */
export function likelyCostPicoUsd({ price }: Candidate, summary: RequestSummary): number {
  if (price === null || price.unitsOnly) return Number.POSITIVE_INFINITY;
  const { estimatedPromptTokens: prompt } = summary;
  const rates = tierOf(price, prompt);
  return prompt * rates.inputPicoUsdPerToken + likelyAnswerTokens(summary) * rates.outputPicoUsdPerToken;
}

/** What the call is likely to use, prompt and answer together. */
export function likelyTokens(summary: RequestSummary): number {
  return summary.estimatedPromptTokens + likelyAnswerTokens(summary);
}

function likelyAnswerTokens({ maxOutputTokens, choices = 1 }: RequestSummary): number {
  return Math.min(maxOutputTokens ?? ORDINARY_ANSWER_TOKENS, ORDINARY_ANSWER_TOKENS) * choices;
}

/**
 * Most that one call may cost, in nano-USD: the prompt never cached, the answer as long as it may get; null where nobody
 * knows the price. The prompt is an estimate, so it is taken with a tenth on top; unless the request says what it can use at
 * most.
 */
export function highestCostNanoUsd({ price, facts }: Candidate, summary: RequestSummary): NanoUsd | null {
  if (price === null || price.unitsOnly) return null;
  if (summary.bound !== undefined) {
    const most = mostCostAt(price, facts, summary.bound);
    return typeof most === 'string' ? null : most;
  }
  const { estimatedPromptTokens, maxOutputTokens, choices = 1 } = summary;
  const longest = Math.min(maxOutputTokens ?? LONG_ANSWER_TOKENS, facts.maxOutputTokens ?? LONG_ANSWER_TOKENS);
  const promptTokens = Math.ceil(estimatedPromptTokens * 1.1);
  const usage = { promptTokens, completionTokens: longest * choices, cachedPromptTokens: 0, cacheWriteTokens: 0 };
  return costNanoUsd(usage, price);
}

function tierOf(price: Price, promptTokens: number): Pick<Price, 'inputPicoUsdPerToken' | 'outputPicoUsdPerToken'> {
  return price.tiers.findLast(({ abovePromptTokens }) => promptTokens > abovePromptTokens) ?? price;
}
