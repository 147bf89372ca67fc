import type { EmbeddingsRequest } from '@gateway/domain';
import type { EncodedRequest, EncodeRequestOptions } from '../chat-wire-codec';
import { ParameterLosses } from '../parameter-losses';

/** Gemini's own settings, which clients of OpenAI's wire may send along under either spelling. */
const OWN_FIELDS: ReadonlyMap<string, string> = new Map([
  ['task_type', 'taskType'],
  ['taskType', 'taskType'],
  ['title', 'title'],
]);

/**
 * Hub → body of `:batchEmbedContents`, one request for each input. `model` is the resource (`models/gemini-embedding-001`).
 * @throws GatewayException `unsupported_parameter` for what it has no word for.
 */
export function encodeGeminiEmbeddings(
  request: EmbeddingsRequest,
  { model, dropParams }: Pick<EncodeRequestOptions, 'model' | 'dropParams'>,
): EncodedRequest {
  const losses = new ParameterLosses(dropParams);
  const settings: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(request.unmapped)) {
    const name = OWN_FIELDS.get(field);
    if (value === undefined || value === null) continue;
    if (name === undefined) losses.report(field, 'has no counterpart in the Gemini API.');
    else settings[name] = value;
  }
  if (request.user !== undefined) losses.note('user');
  if (request.dimensions !== undefined) settings.outputDimensionality = request.dimensions;
  const requests = request.inputs.map((input) => {
    // Never dropped: without its text there is nothing to embed.
    if (typeof input !== 'string') new ParameterLosses(false).report('input', 'Gemini takes text, not tokens.');
    return { model, content: { parts: [{ text: input }] }, ...settings };
  });
  return { body: { requests }, dropped: losses.dropped };
}
