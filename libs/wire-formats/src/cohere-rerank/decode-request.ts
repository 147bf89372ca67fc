import type { RerankRequest } from '@gateway/domain';
import type { RerankBody } from './request-schema';

const KNOWN: ReadonlySet<string> = new Set([
  'model',
  'query',
  'documents',
  'top_n',
  'return_documents',
  'rank_fields',
  'max_chunks_per_doc',
  'max_tokens_per_doc',
]);

/** Client body → hub. Call only for a body that `validateRequest` accepted. */
export function decodeRerankRequest(body: unknown): RerankRequest {
  const request = body as RerankBody;
  return {
    model: request.model,
    query: request.query,
    documents: request.documents,
    topN: request.top_n ?? undefined,
    returnDocuments: request.return_documents ?? false,
    rankFields: request.rank_fields ?? undefined,
    maxTokensPerDoc: request.max_tokens_per_doc ?? undefined,
    maxChunksPerDoc: request.max_chunks_per_doc ?? undefined,
    unmapped: Object.fromEntries(Object.entries(request).filter(([name]) => !KNOWN.has(name))),
  };
}
