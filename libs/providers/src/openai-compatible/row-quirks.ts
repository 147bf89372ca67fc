import type { BodyQuirks } from '@gateway/provider-kit';

/** Knows only the older name of the output limit (LiteLLM's provider table maps it for these providers). */
export const OLD_MAX_TOKENS: BodyQuirks = { rename: { max_completion_tokens: 'max_tokens' }, unsupported: [] };

/**
 * Mistral refuses every field it does not define (422 `extra_forbidden`), among them `stream_options`, whose usage it
 * sends unasked, and `max_completion_tokens`: vybestack/llxprt-code#114, openai/openai-agents-python#442,
 * editor-code-assistant/eca#231. Its name for `seed` is `random_seed` (docs.mistral.ai/api).
 */
export const MISTRAL: BodyQuirks = {
  rename: { max_completion_tokens: 'max_tokens', seed: 'random_seed' },
  unsupported: ['stream_options'],
};
