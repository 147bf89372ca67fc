import type { EmbeddingInput, EmbeddingsRequest } from '@gateway/domain';
import type { EmbeddingsBody } from './request-schema';

const KNOWN: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);

/** Client body → hub. Call only for a body that `validateRequest` accepted. */
export function decodeEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  const request = body as EmbeddingsBody;
  return {
    model: request.model,
    inputs: inputsOf(request.input),
    dimensions: request.dimensions ?? undefined,
    encodingFormat: request.encoding_format ?? 'float',
    user: request.user ?? undefined,
    unmapped: Object.fromEntries(Object.entries(request).filter(([name]) => !KNOWN.has(name))),
  };
}

function inputsOf(input: EmbeddingsBody['input']): readonly EmbeddingInput[] {
  if (typeof input === 'string') return [input];
  // A list of numbers is one input of tokens; any other list is a list of inputs.
  return typeof input[0] === 'number' ? [input as number[]] : (input as string[] | number[][]);
}
