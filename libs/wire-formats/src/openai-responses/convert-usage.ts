import { isRecord, type Usage } from '@gateway/domain';

/** A provider's usage object → the hub's; null when it is not one. Missing, null and odd figures count as 0. */
export function decodeUsage(raw: unknown): Usage | null {
  if (!isRecord(raw)) return null;
  const input = isRecord(raw.input_tokens_details) ? raw.input_tokens_details : {};
  const output = isRecord(raw.output_tokens_details) ? raw.output_tokens_details : {};
  return {
    promptTokens: countOf(raw.input_tokens),
    completionTokens: countOf(raw.output_tokens),
    cachedPromptTokens: countOf(input.cached_tokens),
    cacheWriteTokens: countOf(input.cache_write_tokens),
    reasoningTokens: countOf(output.reasoning_tokens),
    estimated: false,
    raw,
  };
}

export function encodeUsage(usage: Usage): Record<string, unknown> {
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: { cached_tokens: usage.cachedPromptTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens: usage.completionTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.promptTokens + usage.completionTokens,
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}
