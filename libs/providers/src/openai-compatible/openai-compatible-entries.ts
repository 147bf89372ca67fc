import type { ProviderEntry } from '../provider-entry';
import { createCompletionsAdapter } from './create-completions-adapter';
import { createOpenAiCompatibleAdapter, createResponsesAdapter } from './create-openai-compatible-adapter';
import { createOperations } from './create-operations';
import type { OpenAiCompatibleRow } from './openai-compatible-row';
import { OPENAI_COMPATIBLE_ROWS } from './openai-compatible-rows';

export const OPENAI_COMPATIBLE_ENTRIES: readonly ProviderEntry[] = OPENAI_COMPATIBLE_ROWS.map(entryOf);

function entryOf(row: OpenAiCompatibleRow): ProviderEntry {
  return {
    prefix: row.prefix,
    displayName: row.name,
    defaultBaseUrl: row.baseUrl,
    apiKeyVariables: row.keyVariables,
    isKeyOptional: row.isKeyOptional,
    baseUrlVariables: row.baseVariables,
    chat: createOpenAiCompatibleAdapter(row),
    ...(row.responses && { moreChat: [createResponsesAdapter(row)] }),
    completions: { ...row.completions, adapter: createCompletionsAdapter(row) },
    operations: createOperations(row),
  };
}
