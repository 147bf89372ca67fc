import type { OpenAiCompatibleRow } from './openai-compatible-row';

/**
 * Providers that LiteLLM's list names as speaking OpenAI's wire, but whose address and variables we found in no public
 * source: a deployment says both itself, with `api_base` and `api_key`.
 */
export const ADDRESSES_UNKNOWN: readonly OpenAiCompatibleRow[] = (
  [
    ['cognition', 'Cognition'],
    ['empiriolabs', 'EmpirioLabs'],
    ['gdc', 'Google Distributed Cloud'],
    ['meta', 'Meta Model API'],
    ['monet', 'Monet'],
    ['qwen_ai_platform', 'Qwen AI Platform'],
    ['qwencloud', 'QwenCloud'],
    ['scx-ai', 'SCX.ai'],
    ['tencent', 'Tencent TokenHub'],
    ['tensormesh', 'Tensormesh'],
  ] as const
).map(([prefix, name]) => ({ prefix, name, baseUrl: null, keyVariables: [], baseVariables: [] }));
