import type { ProviderEntry } from '../provider-entry';
import { OLLAMA_ADAPTER } from './ollama-adapter';
import { OLLAMA_EMBEDDINGS } from './ollama-embeddings';
import { OLLAMA_MODELS } from './ollama-models';

/** LiteLLM knows two names, of which the first called Ollama's older completion; here both mean its chat. */
export const OLLAMA_ENTRIES: readonly ProviderEntry[] = ['ollama', 'ollama_chat'].map((prefix) => ({
  prefix,
  displayName: 'Ollama',
  defaultBaseUrl: 'http://localhost:11434',
  apiKeyVariables: ['OLLAMA_API_KEY'],
  isKeyOptional: true,
  baseUrlVariables: ['OLLAMA_API_BASE'],
  chat: OLLAMA_ADAPTER,
  liveModels: OLLAMA_MODELS,
  operations: { embeddings: OLLAMA_EMBEDDINGS },
}));
