import type { EmbeddingsRequest } from '@gateway/domain';
import type { EncodedRequest, EncodeRequestOptions } from '../chat-wire-codec';
import { sortOwnFields } from '../ollama-chat/own-fields';
import { ParameterLosses } from '../parameter-losses';

/** Hub → body of `POST /api/embed`. @throws GatewayException `unsupported_parameter` for what it has no word for. */
export function encodeOllamaEmbeddings(
  request: EmbeddingsRequest,
  options: Pick<EncodeRequestOptions, 'model' | 'dropParams'>,
): EncodedRequest {
  const losses = new ParameterLosses(options.dropParams);
  const own = sortOwnFields(request.unmapped);
  for (const field of own.others) losses.report(field, 'has no counterpart in the Ollama API.');
  if (request.user !== undefined) losses.note('user');
  const texts = request.inputs.filter((input) => typeof input === 'string');
  // Never dropped: without its text there is nothing to embed.
  if (texts.length < request.inputs.length) {
    new ParameterLosses(false).report('input', 'Ollama takes text, not tokens.');
  }
  return {
    body: {
      ...own.topLevel,
      model: options.model,
      input: texts,
      ...(request.dimensions !== undefined && { dimensions: request.dimensions }),
      ...(Object.keys(own.options).length > 0 && { options: own.options }),
    },
    dropped: losses.dropped,
  };
}
