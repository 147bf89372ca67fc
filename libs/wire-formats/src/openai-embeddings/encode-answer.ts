import type { EmbeddingEncoding, Usage } from '@gateway/domain';
import { encodeVector } from './embedding-encoding';

/** What an embeddings model said, in the hub's words. */
export interface EmbeddingsAnswer {
  /** One for each input, in the order of the inputs. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage;
}

/** The client's whole answer, as OpenAI writes it. */
export function encodeEmbeddingsAnswer(
  answer: EmbeddingsAnswer,
  context: { readonly model: string; readonly encodingFormat: EmbeddingEncoding },
): unknown {
  return {
    object: 'list',
    data: answer.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: context.encodingFormat === 'base64' ? encodeVector(vector) : vector,
    })),
    model: context.model,
    usage: { prompt_tokens: answer.usage.promptTokens, total_tokens: answer.usage.promptTokens },
  };
}
