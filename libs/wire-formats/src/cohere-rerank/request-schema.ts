import { z } from 'zod';

const document = z.union([
  z.string().min(1),
  z.record(z.string(), z.unknown()).refine((fields) => Object.keys(fields).length > 0),
]);

/**
 * A rerank request: Cohere's, of both versions of its API (v1 also has documents with fields, `rank_fields`,
 * `return_documents` and `max_chunks_per_doc`; v2 has `max_tokens_per_doc` instead). Unknown fields are allowed.
 */
export const rerankSchema = z.looseObject({
  model: z.string().min(1),
  query: z.string().min(1),
  documents: z.array(document).min(1),
  top_n: z.int().min(1).nullish(),
  return_documents: z.boolean().nullish(),
  rank_fields: z.array(z.string().min(1)).min(1).nullish(),
  max_chunks_per_doc: z.int().min(1).nullish(),
  max_tokens_per_doc: z.int().min(1).nullish(),
});

export type RerankBody = z.infer<typeof rerankSchema>;
