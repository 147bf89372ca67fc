import type { Usage } from '@gateway/domain';

/** Hub → `UsageMetadata`: thoughts are counted beside the candidates. */
export function encodeUsage(usage: Usage): Record<string, unknown> {
  return {
    promptTokenCount: usage.promptTokens,
    candidatesTokenCount: Math.max(0, usage.completionTokens - usage.reasoningTokens),
    totalTokenCount: usage.promptTokens + usage.completionTokens,
    ...(usage.reasoningTokens > 0 && { thoughtsTokenCount: usage.reasoningTokens }),
    ...(usage.cachedPromptTokens > 0 && { cachedContentTokenCount: usage.cachedPromptTokens }),
  };
}
