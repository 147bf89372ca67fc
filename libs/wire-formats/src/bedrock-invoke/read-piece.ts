import { type FinishReason, isRecord, NO_USAGE, type UnifiedFinishReason, type Usage } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';

type Fields = Readonly<Record<string, unknown>>;

/** What a whole answer, or one chunk of a stream, says. */
export interface AnswerPiece {
  readonly text: string;
  readonly finishReason: FinishReason | null;
  readonly usage: Usage | null;
}

/** The makers' words for why they stopped, in lower case. */
const UNIFIED: ReadonlyMap<string, UnifiedFinishReason> = new Map([
  ['stop', 'stop'],
  ['finish', 'stop'],
  ['finished', 'stop'],
  ['complete', 'stop'],
  ['stop_criteria_met', 'stop-sequence'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['content_filtered', 'content-filter'],
  ['error_toxic', 'content-filter'],
]);

/**
 * No two makers' documents have a field of one name that means different things, so that the document itself says how it
 * is read: Titan's `results` or `outputText`, Llama's `generation`, Mistral's `outputs`, Cohere's `generations` or `text`,
 * Jamba's `choices`.
 * @throws MalformedResponse when it is none of these
 */
export function readPiece(document: unknown): AnswerPiece {
  if (!isRecord(document)) throw new MalformedResponse('the answer is not an object');
  const saying = sayingIn(document);
  const message = firstOf([saying.message, saying.delta]);
  const texts = [saying.outputText, saying.generation, saying.text, message.content];
  const text = texts.find((one) => typeof one === 'string') as string | undefined;
  const reason = [saying.completionReason, saying.stop_reason, saying.finish_reason, document.finish_reason].find(
    (one) => typeof one === 'string',
  ) as string | undefined;
  const usage = usageIn(document, saying);
  const isKnown = text !== undefined || reason !== undefined || usage !== null || 'choices' in document;
  if (!isKnown) throw new MalformedResponse('the answer is of no maker we know');
  return {
    text: text ?? '',
    finishReason: reason === undefined ? null : { unified: UNIFIED.get(reason.toLowerCase()) ?? 'other', raw: reason },
    usage,
  };
}

function sayingIn(document: Fields): Fields {
  for (const name of ['results', 'outputs', 'generations', 'choices']) {
    const list = document[name];
    if (Array.isArray(list)) return firstOf(list);
  }
  return document;
}

function firstOf(values: readonly unknown[]): Fields {
  return values.find(isRecord) ?? {};
}

/** The platform's own count, which ends every stream, before that of the model. */
function usageIn(document: Fields, saying: Fields): Usage | null {
  const { 'amazon-bedrock-invocationMetrics': metrics, usage } = document;
  if (isRecord(metrics)) return usageOf(metrics.inputTokenCount, metrics.outputTokenCount, metrics);
  if (isRecord(usage)) return usageOf(usage.prompt_tokens, usage.completion_tokens, usage);
  if (typeof saying.completionReason === 'string') {
    return usageOf(document.inputTextTokenCount, saying.tokenCount ?? saying.totalOutputTextTokenCount);
  }
  return typeof document.stop_reason === 'string'
    ? usageOf(document.prompt_token_count, document.generation_token_count)
    : null;
}

/** Null unless both are counted. */
export function usageOf(promptTokens: unknown, completionTokens: unknown, raw?: unknown): Usage | null {
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number') return null;
  return { ...NO_USAGE, promptTokens, completionTokens, ...(raw !== undefined && { raw }) };
}
