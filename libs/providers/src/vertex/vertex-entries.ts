import type { ProviderEntry } from '../provider-entry';
import { createVertexAdapters } from './vertex-adapters';
import { createVertexCounts } from './vertex-counts';
import { createVertexEmbeddings } from './vertex-embeddings';
import { locateVertex } from './vertex-location';
import { VERTEX_SIGN_IN } from './vertex-sign-in';

/** Google's own models, Claude, and the models of others that Vertex AI serves. */
export const VERTEX_ENTRIES: readonly ProviderEntry[] = [
  createEntry({ prefix: 'vertex_ai', displayName: 'Google Vertex AI', version: 'v1' }),
  createEntry({ prefix: 'vertex_ai_beta', displayName: 'Google Vertex AI, beta API', version: 'v1beta1' }),
];

interface EntryName {
  readonly prefix: string;
  readonly displayName: string;
  readonly version: 'v1' | 'v1beta1';
}

function createEntry({ prefix, displayName, version }: EntryName): ProviderEntry {
  const adapters = createVertexAdapters(version);
  return {
    prefix,
    displayName,
    defaultBaseUrl: null,
    apiKeyVariables: [],
    baseUrlVariables: ['VERTEXAI_API_BASE'],
    locate: locateVertex,
    signIn: VERTEX_SIGN_IN,
    chat: adapters.gemini,
    moreChat: [adapters.claude, adapters.openai],
    operations: { ...createVertexCounts(adapters), embeddings: createVertexEmbeddings(version) },
  };
}
