import { MODEL_HOSTS } from './model-hosts';
import { MODEL_MAKERS } from './model-makers';
import type { OpenAiCompatibleRow } from './openai-compatible-row';
import { OWN_SERVERS } from './own-servers';

/**
 * Every OpenAI-wire provider, by prefix names that LiteLLM users already have in their configuration. From the
 * provider survey of November 2026 (prefixes, URLs and variables as LiteLLM's own source has them).
 *
 * Left out, with reason: rows nobody has verified (`listed-only`, and `salad_cloud`, seen in a pull request only);
 * URLs with a placeholder (`bedrock_mantle`, `sagemaker_chat`, `snowflake`); other paths or wires behind an OpenAI
 * look (`text-completion-openai`, `azure_ai`, `ragflow`, `datarobot`); a sign-in flow instead of a key
 * (`github_copilot`); another client for the same API (`aiohttp_openai`, `vllm` in-process).
 */
export const OPENAI_COMPATIBLE_ROWS: readonly OpenAiCompatibleRow[] = [...MODEL_MAKERS, ...MODEL_HOSTS, ...OWN_SERVERS];
