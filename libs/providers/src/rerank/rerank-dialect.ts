import type { BodyQuirks, JsonBody, ProviderTarget } from '@gateway/provider-kit';
import { modelPath } from '@gateway/wire-formats';

/** How a provider departs from Cohere's rerank, which all of them took as their model. */
export interface RerankDialect {
  /** Below the base URL. */
  path(model: string): string;
  /** What the operator's base URL ends in for other calls, and not for this one. */
  readonly notUnder?: string;
  readonly quirks: BodyQuirks;
  /** Sent with every call, unless the client or the configuration says otherwise. */
  readonly defaults?: JsonBody;
  /** True where documents may be pictures: `{image}` is sent as it is. */
  readonly takesImages?: boolean;
  /** Anything that is not a matter of names. */
  rewrite?(body: JsonBody, target: ProviderTarget): JsonBody;
  /** Documents of one search, for a provider that bills searches: where it does not say how many, they are counted. */
  readonly documentsPerSearch?: number;
}

const atRerank = (): string => '/rerank';

/** Version 2 of Cohere's own. Chunks were version 1's. */
export const COHERE_RERANK: RerankDialect = {
  path: () => '/v2/rerank',
  quirks: { rename: {}, unsupported: ['max_chunks_per_doc'] },
  documentsPerSearch: 100,
};

/** What Jina began and most model servers copied (vLLM, Infinity, Together AI, Fireworks AI). */
export const PLAIN_RERANK: RerankDialect = {
  path: atRerank,
  quirks: { rename: {}, unsupported: ['max_chunks_per_doc', 'max_tokens_per_doc'] },
};

/** Jina returns documents unless told not to; they would come back for nothing, since ours are the client's own. */
export const JINA_RERANK: RerankDialect = {
  ...PLAIN_RERANK,
  defaults: { return_documents: false },
  takesImages: true,
};

export const VOYAGE_RERANK: RerankDialect = {
  path: atRerank,
  quirks: { rename: { top_n: 'top_k' }, unsupported: ['max_chunks_per_doc', 'max_tokens_per_doc'] },
};

/** Another LiteLLM: it knows every field. */
export const LITELLM_RERANK: RerankDialect = { path: atRerank, quirks: { rename: {}, unsupported: [] } };

/** Not on its OpenAI endpoint, but on that of the model; it wants a query for each document and scores all of them. */
export const DEEPINFRA_RERANK: RerankDialect = {
  path: (model) => `/inference/${modelPath(model)}`,
  notUnder: '/openai',
  quirks: PLAIN_RERANK.quirks,
  rewrite: ({ model, top_n, query, documents, ...more }) => ({
    queries: (documents as readonly unknown[]).map(() => query),
    documents,
    ...more,
  }),
};
