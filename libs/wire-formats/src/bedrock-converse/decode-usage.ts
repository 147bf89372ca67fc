import type { Usage } from '@gateway/domain';

/** `TokenUsage` → hub. As with Anthropic, `inputTokens` leaves out what was read from and written to the cache. */
export function decodeUsage(usage: Readonly<Record<string, unknown>>): Usage {
  const cachedPromptTokens = countOf(usage.cacheReadInputTokens);
  const cacheWriteTokens = countOf(usage.cacheWriteInputTokens);
  return {
    promptTokens: countOf(usage.inputTokens) + cachedPromptTokens + cacheWriteTokens,
    completionTokens: countOf(usage.outputTokens),
    cachedPromptTokens,
    cacheWriteTokens,
    reasoningTokens: 0,
    estimated: false,
    raw: usage,
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
