import { isRecord } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import type { GeminiEmbedOperation } from './codec';

/** An answer in OpenAI's shape, with vectors as numbers → that of Google's API. @throws MalformedResponse */
export function embeddingsToGemini(operation: GeminiEmbedOperation, document: unknown): unknown {
  const { data, usage } = isRecord(document) ? document : {};
  const vectors = (Array.isArray(data) ? data : []).map((item: unknown) =>
    isRecord(item) ? item.embedding : undefined,
  );
  if (vectors.length === 0 || !vectors.every(Array.isArray)) throw new MalformedResponse('the answer has no vectors');
  const tokens = isRecord(usage) ? usage.prompt_tokens : undefined;
  const counted = typeof tokens === 'number' ? { usageMetadata: { promptTokenCount: tokens } } : {};
  const embeddings = vectors.map((values) => ({ values: values as unknown }));
  return operation === 'gemini-batch-embed' ? { embeddings, ...counted } : { embedding: embeddings[0], ...counted };
}
