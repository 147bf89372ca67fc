import { type EmbeddingEncoding, isRecord, type Usage } from '@gateway/domain';
import { type BodyEdit, spliceBody } from '../body-spans/splice-body';
import { asBuffer } from '../json-bytes/as-buffer';
import { visitTopLevelMembers } from '../json-bytes/visit-top-level-members';
import { MalformedResponse } from '../malformed-response';
import { decodeUsage } from '../openai-chat/convert-usage';
import { parseAnswer } from '../openai-chat/parse-answer';
import { decodeVector, encodeVector } from './embedding-encoding';

export interface RelayedEmbeddings {
  readonly bytes: Uint8Array;
  readonly usage: Usage | null;
}

/**
 * The answer of a provider that speaks OpenAI's embeddings wire: its own bytes with the client's model name in them. The
 * vectors, megabytes of text, are written anew only where they are not in the form the client asked for: some providers
 * know numbers only, and OpenAI's clients ask for base64 without being told to. So is a usage that has only the total.
 * @throws MalformedResponse when there are no vectors; ProviderStreamError when it is an error under a 2xx status.
 */
export function relayEmbeddings(
  body: Uint8Array,
  options: { readonly model: string; readonly encodingFormat: EmbeddingEncoding },
): RelayedEmbeddings {
  const json = asBuffer(body);
  const answer = parseAnswer(json.toString('utf8'));
  const items = itemsOf(answer);
  const isAsAsked = items.every(({ embedding }) => formatOf(embedding) === options.encodingFormat);
  const usage = promptUsageOf(answer.usage);
  const edits: BodyEdit[] = [];
  visitTopLevelMembers(json, (key, [start, end]) => {
    if (key === 'model') edits.push({ start, end, text: JSON.stringify(options.model) });
    else if (key === 'usage' && usage !== null && !isComplete(answer.usage))
      edits.push({
        start,
        end,
        text: JSON.stringify({ ...recordOf(answer.usage), prompt_tokens: usage.promptTokens }),
      });
    else if (key === 'data' && !isAsAsked)
      edits.push({ start, end, text: JSON.stringify(items.map((item) => inFormat(item, options.encodingFormat))) });
  });
  return { bytes: spliceBody(json, edits), usage };
}

interface Item {
  readonly embedding: unknown;
}

function itemsOf(answer: Readonly<Record<string, unknown>>): readonly Item[] {
  const { data } = answer;
  if (!Array.isArray(data) || !data.every((item) => isRecord(item) && 'embedding' in item))
    throw new MalformedResponse('the provider answered with something that has no embeddings');
  return data as Item[];
}

/** By the first number only: nobody mixes, and there are thousands. */
function formatOf(embedding: unknown): EmbeddingEncoding {
  if (typeof embedding === 'string') return 'base64';
  if (Array.isArray(embedding) && typeof embedding[0] === 'number') return 'float';
  throw new MalformedResponse('an embedding of the answer is neither numbers nor base64');
}

function inFormat(item: Item, wanted: EmbeddingEncoding): unknown {
  const { embedding } = item;
  if (formatOf(embedding) === wanted) return item;
  if (wanted === 'base64') return { ...item, embedding: encodeVector(embedding as number[]) };
  const vector = decodeVector(embedding as string);
  if (vector === null) throw new MalformedResponse('an embedding of the answer is no base64 of 32-bit floats');
  return { ...item, embedding: vector };
}

/** Nothing is generated: where only the total is said (Voyage), all of it was the prompt. */
function promptUsageOf(raw: unknown): Usage | null {
  const usage = decodeUsage(raw);
  if (usage === null) return null;
  return { ...usage, promptTokens: usage.promptTokens + usage.completionTokens, completionTokens: 0 };
}

/** Whether OpenAI's clients find in it what their type says is there. */
function isComplete(raw: unknown): boolean {
  return typeof recordOf(raw).prompt_tokens === 'number';
}

function recordOf(raw: unknown): Readonly<Record<string, unknown>> {
  return isRecord(raw) ? raw : {};
}
