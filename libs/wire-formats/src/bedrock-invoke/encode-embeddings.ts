import { type EmbeddingsRequest, GatewayException } from '@gateway/domain';
import type { EncodedRequest, EncodeRequestOptions } from '../chat-wire-codec';
import { ParameterLosses } from '../parameter-losses';

/** Which body an embedding model of Bedrock takes: each maker's, and each generation's, is another. */
interface BodyForm {
  readonly pattern: RegExp;
  /** What a model's own fields are, which clients may send along. */
  readonly own: readonly string[];
  /** The name of the vectors' length; null where it cannot be chosen. */
  readonly dimensions: string | null;
  readonly isBatch: boolean;
}

const FORMS: readonly BodyForm[] = [
  { pattern: /titan-embed-text-v2/, own: ['normalize'], dimensions: 'dimensions', isBatch: false },
  { pattern: /titan-embed-(?:text-v1|g1-text)/, own: [], dimensions: null, isBatch: false },
  { pattern: /cohere\.embed-v4/, own: ['input_type', 'truncate'], dimensions: 'output_dimension', isBatch: true },
  { pattern: /cohere\.embed-/, own: ['input_type', 'truncate'], dimensions: null, isBatch: true },
];

/** Cohere demands to know what the vectors are for; LiteLLM says this where the client does not. */
const USUAL_INPUT_TYPE = 'search_document';
const NO_COUNTERPART = 'has no counterpart at this model on Bedrock.';

/**
 * Hub → body of InvokeModel for Titan's and Cohere's embedding models.
 * @throws GatewayException `unsupported_parameter` for what the model has no word for, and, dropped or not, for another
 *   model, for tokens instead of text, and for several inputs where the model takes one a call
 */
export function encodeBedrockEmbeddings(
  request: EmbeddingsRequest,
  options: Pick<EncodeRequestOptions, 'model' | 'dropParams'>,
): EncodedRequest {
  const losses = new ParameterLosses(options.dropParams);
  const form = formOf(options.model);
  const texts = textsOf(request, form);
  if (request.user !== undefined) losses.note('user');
  const settings: Record<string, unknown> = form.isBatch ? { input_type: USUAL_INPUT_TYPE } : {};
  for (const [field, value] of Object.entries(request.unmapped)) {
    if (value === undefined || value === null) continue;
    if (form.own.includes(field)) settings[field] = value;
    else losses.report(field, NO_COUNTERPART);
  }
  if (request.dimensions !== undefined) {
    if (form.dimensions === null) losses.report('dimensions', NO_COUNTERPART);
    else settings[form.dimensions] = request.dimensions;
  }
  const body = form.isBatch ? { texts, ...settings } : { inputText: texts[0] ?? '', ...settings };
  return { body, dropped: losses.dropped };
}

function formOf(model: string): BodyForm {
  const form = FORMS.find(({ pattern }) => pattern.test(model));
  if (form === undefined)
    throw refusal('model', 'Of Bedrock’s embedding models, those of Titan and Cohere can be called.');
  return form;
}

/** Never dropped: without its text there is nothing to embed. */
function textsOf({ inputs }: EmbeddingsRequest, { isBatch }: BodyForm): string[] {
  const texts = inputs.filter((input) => typeof input === 'string');
  if (texts.length < inputs.length) throw refusal('input', 'Bedrock takes text, not tokens.');
  if (!isBatch && texts.length > 1) {
    throw refusal('input', 'Titan embeds one text a call: send one input, or use a model of Cohere.');
  }
  return texts;
}

function refusal(param: string, message: string): GatewayException {
  return new GatewayException({ code: 'unsupported_parameter', message: `${param}: ${message}`, param });
}
