import { ADDRESSES_UNKNOWN } from './addresses-unknown';
import { MODEL_HOSTS } from './model-hosts';
import { MODEL_MAKERS } from './model-makers';
import type { OpenAiCompatibleRow } from './openai-compatible-row';
import { OWN_SERVERS } from './own-servers';

/**
 * Every OpenAI-wire provider, by prefix names that LiteLLM users already have in their configuration. From the
 * provider survey of November 2026 (prefixes, URLs and variables as LiteLLM's own source has them), and a few more whose
 * address many public programs agree on.
 *
 * Left out, with reason: other paths or wires behind an OpenAI look (`ragflow`, `sagemaker_chat`); a sign-in flow instead of a key (`github_copilot`, `gigachat`).
 */
export const OPENAI_COMPATIBLE_ROWS: readonly OpenAiCompatibleRow[] = [
  ...MODEL_MAKERS,
  ...MODEL_HOSTS,
  ...OWN_SERVERS,
  ...ADDRESSES_UNKNOWN,
];
