import type { ProviderEntry } from '../provider-entry';
import { createOperations } from './create-operations';
import type { OpenAiCompatibleRow } from './openai-compatible-row';

/** The entry of a provider that speaks OpenAI's wire (or Jina's) for what its row says, and has no chat. */
export function chatlessEntry(row: OpenAiCompatibleRow): ProviderEntry {
  return {
    prefix: row.prefix,
    displayName: row.name,
    defaultBaseUrl: row.baseUrl,
    apiKeyVariables: row.keyVariables,
    baseUrlVariables: row.baseVariables,
    chat: null,
    operations: createOperations(row),
  };
}
