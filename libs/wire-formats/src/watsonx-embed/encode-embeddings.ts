import type { EmbeddingsRequest } from '@gateway/domain';
import type { EncodedRequest, EncodeRequestOptions } from '../chat-wire-codec';
import { ParameterLosses } from '../parameter-losses';
import { watsonxModelFields } from '../watsonx-chat/model-fields';

/**
 * Hub → body of `POST /ml/v1/text/embeddings`, without the project.
 * @throws GatewayException `unsupported_parameter` for what it has no word for, unless it may be dropped; always for
 *   tokens instead of text.
 */
export function encodeWatsonxEmbeddings(
  request: EmbeddingsRequest,
  options: Pick<EncodeRequestOptions, 'model' | 'dropParams'>,
): EncodedRequest {
  const losses = new ParameterLosses(options.dropParams);
  if (request.inputs.some((input) => typeof input !== 'string')) {
    new ParameterLosses(false).report('input', 'watsonx.ai takes text, not tokens.');
  }
  if (request.user !== undefined) losses.note('user');
  if (request.dimensions !== undefined) losses.report('dimensions', 'watsonx.ai’s models have one length of vectors.');
  const { truncate_input_tokens: truncated, ...others } = request.unmapped;
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined && value !== null) losses.report(name, 'has no counterpart in watsonx.ai’s embeddings.');
  }
  return {
    body: {
      ...watsonxModelFields(options.model),
      inputs: request.inputs,
      ...(truncated !== undefined && { parameters: { truncate_input_tokens: truncated } }),
    },
    dropped: losses.dropped,
  };
}
