import type { RerankDocument, RerankRequest, Usage } from '@gateway/domain';

/** What a reranker said, in the hub's words. */
export interface RerankAnswer {
  readonly id: string;
  /** Best first. */
  readonly results: readonly RankedDocument[];
  /** Null when the provider did not say. */
  readonly usage: Usage | null;
}

export interface RankedDocument {
  /** Place in the request. */
  readonly index: number;
  readonly relevanceScore: number;
}

/**
 * The client's whole answer, as Cohere writes it. Documents are the client's own, so that they come back whatever the
 * provider returns: a text as `{text}`, as v1 of that API does, and one with fields as it was.
 */
export function encodeRerankAnswer(answer: RerankAnswer, request: RerankRequest): unknown {
  const results = request.topN === undefined ? answer.results : answer.results.slice(0, request.topN);
  return {
    id: answer.id,
    results: results.map(({ index, relevanceScore }) => ({
      index,
      relevance_score: relevanceScore,
      ...(request.returnDocuments && { document: asDocument(request.documents[index]!) }),
    })),
    ...(answer.usage !== null && { meta: metaOf(answer.usage) }),
  };
}

function asDocument(document: RerankDocument): unknown {
  return typeof document === 'string' ? { text: document } : document;
}

/** Where searches are billed, tokens are only told; elsewhere they are what is billed. */
function metaOf({ promptTokens, units }: Usage): unknown {
  const searchUnits = units?.searchUnits;
  return {
    billed_units: searchUnits === undefined ? { input_tokens: promptTokens } : { search_units: searchUnits },
    ...(promptTokens > 0 && { tokens: { input_tokens: promptTokens, output_tokens: 0 } }),
  };
}
