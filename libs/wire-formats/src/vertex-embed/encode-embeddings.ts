import type { EmbeddingsRequest } from '@gateway/domain';
import type { EncodeRequestOptions } from '../chat-wire-codec';
import { ParameterLosses } from '../parameter-losses';

/** Which call a model of Vertex embeds by. */
export type VertexEmbedMethod = 'predict' | 'embedContent';

export interface EncodedVertexEmbeddings {
  readonly method: VertexEmbedMethod;
  readonly body: Record<string, unknown>;
  readonly dropped: readonly string[];
}

/** What clients of OpenAI's wire may send along, and what Google calls it in either call. */
const OWN_FIELDS: ReadonlyMap<string, string> = new Map([
  ['task_type', 'taskType'],
  ['taskType', 'taskType'],
  ['title', 'title'],
  ['auto_truncate', 'autoTruncate'],
  ['autoTruncate', 'autoTruncate'],
]);

/**
 * Gemini's embedding models after the first are called like Gemini, and with one content; the first takes one text as well,
 * by `:predict`. Google's own client decides by the name, too (@google/genai 2.32).
 */
const BY_CONTENT = /^gemini-embedding-(?!001)/;
const ONE_TEXT = /^gemini-embedding-/;

/**
 * Hub → body of `:predict` or of `:embedContent`.
 * @throws GatewayException `unsupported_parameter` for what it has no word for, unless it may be dropped; dropped or not, for
 *   tokens instead of text, several inputs where the model takes one, and models of pictures
 */
export function encodeVertexEmbeddings(
  request: EmbeddingsRequest,
  { model, dropParams }: Pick<EncodeRequestOptions, 'model' | 'dropParams'>,
): EncodedVertexEmbeddings {
  const losses = new ParameterLosses(dropParams);
  const own: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(request.unmapped)) {
    const name = OWN_FIELDS.get(field);
    if (value === undefined || value === null) continue;
    if (name === undefined) losses.report(field, 'has no counterpart at Vertex AI.');
    else own[name] = value;
  }
  if (request.user !== undefined) losses.note('user');
  const texts = textsOf(request, model);
  const settings = { ...own, ...(request.dimensions !== undefined && { outputDimensionality: request.dimensions }) };
  if (BY_CONTENT.test(model)) {
    const body = { content: { parts: [{ text: texts[0] }] }, ...unlessEmpty('embedContentConfig', settings) };
    return { method: 'embedContent', body, dropped: losses.dropped };
  }
  return { method: 'predict', body: encodePredict(texts, settings), dropped: losses.dropped };
}

/** Of texts it is told one by one what they are for; how long the vectors are, once. */
function encodePredict(
  texts: readonly string[],
  { taskType, title, ...parameters }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const about = { ...(taskType !== undefined && { task_type: taskType }), ...(title !== undefined && { title }) };
  return { instances: texts.map((content) => ({ content, ...about })), ...unlessEmpty('parameters', parameters) };
}

/** Never dropped: the vectors would be others. */
function textsOf({ inputs }: EmbeddingsRequest, model: string): string[] {
  const always = new ParameterLosses(false);
  if (/multimodal/.test(model))
    always.report('model', 'Of Vertex AI’s embedding models, those of texts can be called.');
  const texts = inputs.filter((input) => typeof input === 'string');
  if (texts.length < inputs.length) always.report('input', 'Vertex AI takes text, not tokens.');
  if (texts.length > 1 && ONE_TEXT.test(model))
    always.report('input', 'This model embeds one text a call: send one input, or use a text-embedding model.');
  return texts;
}

function unlessEmpty(name: string, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}
