import { isRecord, type Usage } from '@gateway/domain';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What Cohere bills, which is less than what it counts: text that it adds to a prompt itself is free. Where it does not
 * say, the count. Null when there is neither. `raw` keeps both.
 */
export function decodeUsage(raw: unknown): Usage | null {
  if (!isRecord(raw)) return null;
  const billed = fieldsOf(raw.billed_units);
  const counted = fieldsOf(raw.tokens);
  const isSaid = [billed, counted].some((part) => isCount(part.input_tokens) || isCount(part.output_tokens));
  if (!isSaid) return null;
  const promptTokens = firstCount(billed.input_tokens, counted.input_tokens);
  return {
    promptTokens,
    completionTokens: firstCount(billed.output_tokens, counted.output_tokens),
    cachedPromptTokens: Math.min(firstCount(raw.cached_tokens), promptTokens),
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false,
    raw,
  };
}

function firstCount(...values: readonly unknown[]): number {
  return values.find(isCount) ?? 0;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}
