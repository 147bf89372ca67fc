/**
 * OpenAI's reasoning models refuse `max_tokens` and want `max_completion_tokens`; older compatible servers only know
 * `max_tokens`. Which models reason shows in their names (OpenAI's model list, 2026): o1, o3-mini, o4-mini …, gpt-5 and
 * later. A provider's own prefix (`openai/o3`) is passed over.
 */
const REASONING_MODELS: readonly RegExp[] = [/^o\d+(?:-|$)/, /^gpt-(?:[5-9]|\d{2,})(?:[.-]|$)/, /^codex-/];

/** OpenAI's models from before reasoning, which refuse `reasoning_effort`. */
const PLAIN_MODELS: readonly RegExp[] = [/^gpt-3\.5/, /^gpt-4/, /^chatgpt-4o/];

export function outputLimitField(model: string): 'max_tokens' | 'max_completion_tokens' {
  return matches(REASONING_MODELS, model) ? 'max_completion_tokens' : 'max_tokens';
}

/** False only where the model is known to refuse the field: unknown servers ignore what they do not know. */
export function takesReasoningEffort(model: string): boolean {
  return !matches(PLAIN_MODELS, model);
}

function matches(patterns: readonly RegExp[], model: string): boolean {
  const name = model.slice(model.lastIndexOf('/') + 1);
  return patterns.some((pattern) => pattern.test(name));
}
