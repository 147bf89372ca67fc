import { isRecord, NO_USAGE, type StreamPart, type Usage } from '@gateway/domain';
import { MalformedResponse, ProviderStreamError } from '../malformed-response';

export type Prediction = Readonly<Record<string, unknown>>;

/** @throws MalformedResponse for what is no prediction */
export function predictionOf(document: unknown): Prediction {
  if (!isRecord(document) || typeof document.status !== 'string')
    throw new MalformedResponse('the provider answered with something that is no prediction');
  return document;
}

/** What a prediction that succeeded made. @throws ProviderStreamError when it failed or was cancelled */
export function outputOf(prediction: Prediction): unknown {
  if (prediction.status !== 'succeeded') throw predictionError(prediction.error ?? prediction.status);
  return prediction.output;
}

export function startOf({ id, model, created_at: createdAt }: Prediction): StreamPart {
  const createdUnixMs = Date.parse(typeof createdAt === 'string' ? createdAt : '');
  return {
    type: 'response-start',
    id: typeof id === 'string' ? id : '',
    model: typeof model === 'string' ? model : '',
    createdUnixS: Number.isFinite(createdUnixMs) ? Math.floor(createdUnixMs / 1000) : 0,
  };
}

/** Tokens, of models that are charged by them; null for those that are charged by time. */
export function usageOf({ metrics }: Prediction): Usage | null {
  if (!isRecord(metrics)) return null;
  const { input_token_count: promptTokens, output_token_count: completionTokens } = metrics;
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number') return null;
  return { ...NO_USAGE, promptTokens, completionTokens, raw: metrics };
}

/** Why models fail is a sentence of their own, which may quote the prompt: only what it means is kept. */
export function predictionError(error: unknown): ProviderStreamError {
  const text = typeof error === 'string' ? error : JSON.stringify(error ?? '');
  const code = /\bE\d{3,4}\b/.exec(text)?.[0];
  return new ProviderStreamError({
    class: /flagged|sensitive|nsfw|safety/i.test(text)
      ? 'content-filter'
      : /context length|too long|exceeds? .{0,40}tokens/i.test(text)
        ? 'context-window'
        : 'server-error',
    message: `The provider’s prediction failed (${code ?? 'no reason that can be shown'}).`,
    ...(code !== undefined && { providerCode: code }),
  });
}
