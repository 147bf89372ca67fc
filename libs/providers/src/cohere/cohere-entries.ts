import type { ProviderEntry } from '../provider-entry';
import { COHERE_CHAT_ADAPTER } from './cohere-chat';
import { COHERE_EMBEDDINGS } from './cohere-embeddings';
import { COHERE_RERANK_ADAPTER } from './cohere-rerank';

/** LiteLLM has two names for Cohere, from the days when it had two APIs. */
export const COHERE_ENTRIES: readonly ProviderEntry[] = ['cohere', 'cohere_chat'].map((prefix) => ({
  prefix,
  displayName: 'Cohere',
  defaultBaseUrl: 'https://api.cohere.com',
  apiKeyVariables: ['COHERE_API_KEY', 'CO_API_KEY'],
  baseUrlVariables: ['COHERE_API_BASE'],
  chat: COHERE_CHAT_ADAPTER,
  operations: { embeddings: COHERE_EMBEDDINGS, rerank: COHERE_RERANK_ADAPTER },
}));
