import { NANO_USD_PER_USD, type NanoUsd, type Usage } from '@gateway/domain';
import type { AnswerMeter } from '../answer-cost/answer-meter';

/** USD as a JSON number: a whole count of nano-USD, so that nine decimals are exact. Null: nobody knows. */
export function inUsd(nanoUsd: NanoUsd | null): number | null {
  return nanoUsd === null ? null : nanoUsd / NANO_USD_PER_USD;
}

/** Tokens of an answer: the provider's count where it gave one, else ours. */
export function countedUsage(usage: Usage | null, meter: AnswerMeter | undefined, generatedTokens: number) {
  const input = usage?.promptTokens ?? meter?.promptTokens ?? 0;
  const output = usage?.completionTokens ?? generatedTokens;
  return { input_tokens: input, output_tokens: output, total_tokens: input + output };
}

/** The block `cost` of an answer. What the price is unknown of is null and said to be, never 0. */
export function encodeCost(meter: AnswerMeter | undefined, counted: ReturnType<typeof countedUsage>) {
  const total = meter?.total ?? null;
  const actual = total === null || total.isUnpriced ? null : total.nanoUsd;
  return {
    estimated_usd: inUsd(meter?.estimatedNanoUsd ?? null),
    actual_usd: inUsd(actual),
    actual_nano_usd: actual,
    ...counted,
    estimated: total?.isEstimated ?? true,
    unknown: actual === null,
  };
}
