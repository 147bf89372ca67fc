import type { ProviderEntry } from '../provider-entry';
import { createCompletionsAdapter } from './create-completions-adapter';
import type { OpenAiCompatibleRow } from './openai-compatible-row';
import { MISTRAL_COMPLETIONS } from './row-completions';

/** LiteLLM's prefixes for models that are only to complete, whatever their names. */
const ROWS: readonly OpenAiCompatibleRow[] = [
  {
    prefix: 'text-completion-openai',
    name: 'OpenAI, text completions',
    baseUrl: 'https://api.openai.com/v1',
    keyVariables: ['OPENAI_API_KEY'],
    baseVariables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  },
  {
    prefix: 'text-completion-codestral',
    name: 'Codestral, fill-in-the-middle',
    baseUrl: 'https://codestral.mistral.ai/v1',
    keyVariables: ['CODESTRAL_API_KEY'],
    baseVariables: ['CODESTRAL_API_BASE'],
    completions: MISTRAL_COMPLETIONS,
  },
];

export const TEXT_COMPLETION_ENTRIES: readonly ProviderEntry[] = ROWS.map((row) => ({
  prefix: row.prefix,
  displayName: row.name,
  defaultBaseUrl: row.baseUrl,
  apiKeyVariables: row.keyVariables,
  baseUrlVariables: row.baseVariables,
  chat: createCompletionsAdapter(row),
}));
