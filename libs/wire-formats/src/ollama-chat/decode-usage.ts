import type { Usage } from '@gateway/domain';

const COUNTS = ['prompt_eval_count', 'eval_count'] as const;

/** Metrics of the last message → hub; null when it has none. Thoughts are counted with the output and not told apart. */
export function decodeUsage(last: Readonly<Record<string, unknown>>): Usage | null {
  if (!COUNTS.some((name) => typeof last[name] === 'number')) return null;
  const [promptTokens, completionTokens] = COUNTS.map((name) => countOf(last[name]));
  return {
    promptTokens: promptTokens ?? 0,
    completionTokens: completionTokens ?? 0,
    cachedPromptTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false,
    raw: Object.fromEntries(Object.entries(last).filter(([name]) => /_(?:count|duration)$/.test(name))),
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
