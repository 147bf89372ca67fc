import { isRecord } from '@gateway/domain';
import { listOf, withReferenceNames } from '../gemini-generate/fields';
import { ParameterLosses } from '../parameter-losses';
import type { GeminiEmbedOperation } from './codec';

type Fields = Readonly<Record<string, unknown>>;

/** What a request says besides its model and its text, with a word of OpenAI's wire or none. */
const DIMENSIONS = 'outputDimensionality';
const KNOWN: ReadonlySet<string> = new Set(['model', 'content', DIMENSIONS]);

export interface GeminiToEmbeddingsOptions {
  readonly model: string;
  readonly dropParams: boolean;
  /** Whether the provider takes `task_type` and `title` beside OpenAI's own. */
  readonly knowsTaskTypes?: boolean;
}

/**
 * A checked body of Google's clients → the body of `POST /v1/embeddings` with one input for each request.
 * @throws GatewayException `unsupported_parameter` naming the field: for what is no text, and for requests of one batch that
 *   want vectors of different lengths, always; for all else that OpenAI's wire has no word for, unless it may be dropped
 */
export function geminiToEmbeddings(
  operation: GeminiEmbedOperation,
  body: Fields,
  { model, dropParams, knowsTaskTypes = false }: GeminiToEmbeddingsOptions,
): Record<string, unknown> {
  const losses = new ParameterLosses(dropParams, { clientWire: 'gemini-generate' });
  const isBatch = operation === 'gemini-batch-embed';
  const requests = (isBatch ? listOf(body.requests) : [body]).filter(isRecord).map(withReferenceNames);
  const pathOf = (index: number, field: string): string => (isBatch ? `requests[${index}].${field}` : field);
  const lengths = requests.map((request) => request[DIMENSIONS]);
  const other = lengths.findIndex((length) => length !== lengths[0]);
  if (other >= 0) refuse(pathOf(other, DIMENSIONS), 'This provider makes all vectors of a call of one length.');
  const own = knowsTaskTypes ? ownFieldsOf(requests) : {};
  const input = requests.map((request, index) => {
    for (const [name, value] of Object.entries(request)) {
      if (!KNOWN.has(name) && own[name] !== value && value !== undefined && value !== null)
        losses.report(pathOf(index, name), 'has no counterpart at this provider.');
    }
    return textOf(request.content, pathOf(index, 'content'));
  });
  const { taskType, title } = own;
  return {
    model,
    input,
    ...(lengths[0] !== undefined && { dimensions: lengths[0] }),
    ...(taskType !== undefined && { task_type: taskType }),
    ...(title !== undefined && { title }),
  };
}

/** What all requests of a batch say alike. */
function ownFieldsOf(requests: readonly Fields[]): Fields {
  const shared = ['taskType', 'title'].filter((name) =>
    requests.every((request) => request[name] === requests[0]?.[name]),
  );
  return Object.fromEntries(shared.map((name) => [name, requests[0]?.[name]]));
}

function textOf(content: unknown, path: string): string {
  const parts = isRecord(content) ? listOf(content.parts) : [];
  const texts = parts.map((part, index) => {
    const text = isRecord(part) ? part.text : undefined;
    return typeof text === 'string' ? text : refuse(`${path}.parts[${index}]`, 'This provider embeds text only.');
  });
  const text = texts.join('');
  return text === '' ? refuse(path, 'There is no text to embed.') : text;
}

/** Never dropped: the vector would be another one's. */
function refuse(field: string, reason: string): never {
  new ParameterLosses(false).report(field, reason);
  throw new Error('a loss was not refused');
}
