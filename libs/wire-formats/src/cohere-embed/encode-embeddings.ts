import type { EmbeddingsRequest } from '@gateway/domain';
import type { EncodedRequest, EncodeRequestOptions } from '../chat-wire-codec';
import { ParameterLosses } from '../parameter-losses';

/** Of the API's reference; more is refused there. */
const MOST_INPUTS = 96;
/** What the API wants to be told and OpenAI's clients do not know: most texts are embedded to be found. */
const USUAL_INPUT_TYPE = 'search_document';
const OWN_FIELDS: ReadonlySet<string> = new Set(['input_type', 'truncate', 'max_tokens', 'priority']);

/**
 * Hub → body of `POST /v2/embed`. A text that is a `data:` URL of an image is an image.
 * @throws GatewayException `unsupported_parameter` for what it has no word for, unless it may be dropped; always for
 *   inputs it cannot take, since nothing could be embedded then.
 */
export function encodeCohereEmbeddings(
  request: EmbeddingsRequest,
  options: Pick<EncodeRequestOptions, 'model' | 'dropParams'>,
): EncodedRequest {
  const losses = new ParameterLosses(options.dropParams);
  const own = ownFields(request, losses);
  if (request.user !== undefined) losses.note('user');
  const content = contentOf(request);
  return {
    body: {
      input_type: 'images' in content ? 'image' : USUAL_INPUT_TYPE,
      ...own,
      model: options.model,
      ...content,
      // Base64, where the client wants it, is made here: one form is enough to understand.
      embedding_types: ['float'],
      ...(request.dimensions !== undefined && { output_dimension: request.dimensions }),
    },
    dropped: losses.dropped,
  };
}

function ownFields(request: EmbeddingsRequest, losses: ParameterLosses): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(request.unmapped)) {
    if (value === undefined || value === null) continue;
    if (OWN_FIELDS.has(field)) own[field] = value;
    // The answer's layout has place for numbers only.
    else if (JSON.stringify([field, value]) !== '["embedding_types",["float"]]') {
      losses.report(field, 'has no counterpart in Cohere’s API, or its answer none in OpenAI’s.');
    }
  }
  return own;
}

type Content =
  | { readonly texts: readonly string[] }
  | { readonly images: readonly string[] }
  | { readonly inputs: readonly object[] };

/** Texts alone and images alone are known to all of its models, both together to the latest. */
function contentOf({ inputs }: EmbeddingsRequest): Content {
  const refuse = (reason: string) => new ParameterLosses(false).report('input', reason);
  const texts = inputs.filter((input) => typeof input === 'string');
  if (texts.length < inputs.length) refuse('Cohere takes text, not tokens.');
  if (inputs.length > MOST_INPUTS) refuse(`Cohere takes at most ${MOST_INPUTS} inputs a call.`);
  const images = texts.filter(isImage);
  if (images.length === 0) return { texts };
  if (images.length === texts.length) return { images };
  return {
    inputs: texts.map((text) => ({
      content: [isImage(text) ? { type: 'image_url', image_url: { url: text } } : { type: 'text', text }],
    })),
  };
}

function isImage(text: string): boolean {
  return /^data:image\/[a-z.+-]+;base64,/i.test(text);
}
