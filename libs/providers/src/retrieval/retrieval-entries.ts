import { chatlessEntry } from '../openai-compatible/chatless-entry';
import type { EmbeddingsDialect, OpenAiCompatibleRow } from '../openai-compatible/openai-compatible-row';
import type { ProviderEntry } from '../provider-entry';
import { JINA_RERANK, VOYAGE_RERANK } from '../rerank/rerank-dialect';

/** `encoding_format` is `base64` or nothing there (its API reference); `input_type`, `truncation` and `output_dtype` are its own. */
const VOYAGE_EMBEDDINGS: EmbeddingsDialect = {
  quirks: { rename: { dimensions: 'output_dimension' }, unsupported: ['user'] },
  writesFloats: true,
  takesTextsOnly: true,
};

/** Its word is `embedding_type`; `task`, `late_chunking` and `truncate` are its own. */
const JINA_EMBEDDINGS: EmbeddingsDialect = {
  quirks: { rename: {}, unsupported: ['user'] },
  writesFloats: true,
  takesTextsOnly: true,
};

/** Makers and servers of models that search: they have no chat. */
// biome-ignore format: a table reads best with one row per line
const ROWS: readonly OpenAiCompatibleRow[] = [
  { prefix: 'voyage', name: 'Voyage AI', baseUrl: 'https://api.voyageai.com/v1', keyVariables: ['VOYAGE_API_KEY', 'VOYAGE_AI_API_KEY', 'VOYAGE_AI_TOKEN'], baseVariables: [], operations: ['embeddings', 'rerank'], embeddings: VOYAGE_EMBEDDINGS, rerank: VOYAGE_RERANK },
  { prefix: 'jina_ai', name: 'Jina AI', baseUrl: 'https://api.jina.ai/v1', keyVariables: ['JINA_AI_API_KEY', 'JINA_AI_TOKEN'], baseVariables: ['JINA_AI_API_BASE'], operations: ['embeddings', 'rerank'], embeddings: JINA_EMBEDDINGS, rerank: JINA_RERANK },
  { prefix: 'infinity', name: 'Infinity', baseUrl: 'http://localhost:8080', keyVariables: ['INFINITY_API_KEY'], baseVariables: ['INFINITY_API_BASE'], operations: ['embeddings', 'rerank'] },
];

export const RETRIEVAL_ENTRIES: readonly ProviderEntry[] = ROWS.map(chatlessEntry);
