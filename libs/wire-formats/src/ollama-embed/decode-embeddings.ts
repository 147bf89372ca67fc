import { isRecord } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import type { EmbeddingsAnswer } from '../openai-embeddings/encode-answer';

/** The answer of `POST /api/embed` → hub. @throws MalformedResponse when there are no vectors. */
export function decodeOllamaEmbeddings(body: unknown): EmbeddingsAnswer {
  const vectors = isRecord(body) ? body.embeddings : undefined;
  if (!isRecord(body) || !Array.isArray(vectors) || !vectors.every(Array.isArray)) {
    throw new MalformedResponse('the provider answered with something that has no embeddings');
  }
  const promptTokens = body.prompt_eval_count;
  return {
    vectors: vectors as number[][],
    usage: {
      promptTokens: typeof promptTokens === 'number' ? promptTokens : 0,
      completionTokens: 0,
      cachedPromptTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: false,
      raw: { prompt_eval_count: promptTokens },
    },
  };
}
