import { isRecord, NO_USAGE, type Usage } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { refuseError } from '../openai-chat/parse-answer';
import type { RankedDocument, RerankAnswer } from './encode-answer';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A reranker's answer → the hub, whichever of the layouts it has: `results` of `{index, relevance_score}` (Cohere, Jina,
 * vLLM, Infinity, Together), the same under `data` (Voyage, Fireworks), or `scores` in the order of the documents
 * (DeepInfra). Best first, whatever order they come in.
 * @param fallbackId for answers without one
 * @throws MalformedResponse when it ranks nothing, or documents that were not sent; ProviderStreamError when it is an
 *   error under a 2xx status
 */
export function decodeRerankAnswer(
  body: Uint8Array,
  { documentCount, fallbackId }: { readonly documentCount: number; readonly fallbackId: string },
): RerankAnswer {
  const answer = refuseError(parse(body));
  const results = rankingIn(answer).sort((left, right) => right.relevanceScore - left.relevanceScore);
  if (!results.every(({ index }) => Number.isInteger(index) && index >= 0 && index < documentCount))
    throw new MalformedResponse('the answer ranks a document that was not sent');
  return { id: typeof answer.id === 'string' ? answer.id : fallbackId, results, usage: usageIn(answer) };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (cause) {
    throw new MalformedResponse('the answer is not JSON', { cause });
  }
}

function rankingIn({ results, data, scores }: Fields): RankedDocument[] {
  if (Array.isArray(scores)) return scores.map((score, index) => ({ index, relevanceScore: scoreOf(score) }));
  const list = results ?? data;
  if (!Array.isArray(list)) throw new MalformedResponse('the provider answered with something that has no ranking');
  return list.map((item: unknown) => {
    if (!isRecord(item) || typeof item.index !== 'number') throw new MalformedResponse('a result has no index');
    return { index: item.index, relevanceScore: scoreOf(item.relevance_score ?? item.score) };
  });
}

function scoreOf(value: unknown): number {
  if (typeof value !== 'number') throw new MalformedResponse('a result has no score');
  return value;
}

/** Searches (Cohere), or tokens: of the prompt only, since rerankers write none. Null when it says neither. */
function usageIn({ meta, usage, input_tokens, input_token_count }: Fields): Usage | null {
  const { billed_units, tokens } = fieldsOf(meta);
  const billed = fieldsOf(billed_units);
  const said = fieldsOf(usage);
  const counts = [
    said.prompt_tokens,
    said.total_tokens,
    fieldsOf(tokens).input_tokens,
    billed.input_tokens,
    input_tokens,
    input_token_count,
  ];
  const promptTokens = counts.find(isCount);
  const searchUnits = isCount(billed.search_units) ? billed.search_units : undefined;
  if (promptTokens === undefined && searchUnits === undefined) return null;
  return {
    ...NO_USAGE,
    promptTokens: promptTokens ?? 0,
    ...(searchUnits !== undefined && { units: { searchUnits } }),
    raw: isRecord(usage) ? usage : meta,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}
