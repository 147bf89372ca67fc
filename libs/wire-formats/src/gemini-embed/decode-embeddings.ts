import { type EmbeddingsRequest, estimateTokensFromBytes, isRecord, type Usage } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import type { EmbeddingsAnswer } from '../openai-embeddings/encode-answer';

/**
 * The answer of `:batchEmbedContents` → hub. Most models do not say what they counted, so the inputs are estimated.
 * @throws MalformedResponse when there is not one vector for each input.
 */
export function decodeGeminiEmbeddings(body: unknown, { inputs }: Pick<EmbeddingsRequest, 'inputs'>): EmbeddingsAnswer {
  const embeddings: readonly unknown[] = isRecord(body) && Array.isArray(body.embeddings) ? body.embeddings : [];
  const vectors = embeddings.flatMap((one) => (isRecord(one) && Array.isArray(one.values) ? [one.values] : []));
  if (vectors.length !== inputs.length) {
    throw new MalformedResponse('the provider answered with something that has no embeddings');
  }
  const counted = isRecord(body) && isRecord(body.usageMetadata) ? body.usageMetadata : null;
  return { vectors: vectors as number[][], usage: usageOf(counted, inputs) };
}

function usageOf(counted: Readonly<Record<string, unknown>> | null, inputs: EmbeddingsRequest['inputs']): Usage {
  const tokens = counted?.promptTokenCount;
  const isCounted = typeof tokens === 'number';
  const estimate = () =>
    inputs.reduce<number>((sum, input) => sum + estimateTokensFromBytes(Buffer.byteLength(String(input))), 0);
  return {
    promptTokens: isCounted ? tokens : estimate(),
    completionTokens: 0,
    cachedPromptTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: !isCounted,
    ...(isCounted && { raw: counted }),
  };
}
