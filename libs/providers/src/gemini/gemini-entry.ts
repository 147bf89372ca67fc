import { GEMINI_COUNT } from '../count-tokens/count-dialects';
import { createCountTokens } from '../count-tokens/create-count-tokens';
import type { ProviderEntry } from '../provider-entry';
import { GEMINI_ADAPTER } from './gemini-adapter';
import { GEMINI_EMBED_CONTENT } from './gemini-embed-content';
import { GEMINI_EMBEDDINGS } from './gemini-embeddings';

/** The Gemini API of Google AI Studio. Vertex AI serves the same models elsewhere, with other credentials. */
export const GEMINI_ENTRY: ProviderEntry = {
  prefix: 'gemini',
  displayName: 'Google AI Studio',
  defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  apiKeyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  baseUrlVariables: ['GEMINI_API_BASE', 'GOOGLE_GEMINI_BASE_URL'],
  chat: GEMINI_ADAPTER,
  operations: { ...createCountTokens(GEMINI_COUNT), embeddings: GEMINI_EMBEDDINGS, ...GEMINI_EMBED_CONTENT },
};
