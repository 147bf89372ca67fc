import type { ChatRequest, ResponseFormat } from '@gateway/domain';
import type { ParameterLosses } from '../parameter-losses';
import { encodeThinking } from './encode-thinking';

/** `GenerationConfig.stop_sequences` in the API's reference. */
const MOST_STOP_SEQUENCES = 5;

/** Everything about how to write, which this wire keeps in an object of its own. Empty when nothing was said. */
export function encodeGenerationConfig(
  request: ChatRequest,
  model: string,
  losses: ParameterLosses,
): Record<string, unknown> {
  const thinkingConfig = encodeThinking(request, model, losses);
  const stopSequences = encodeStop(request, losses);
  const settings: Record<string, unknown> = {
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stopSequences,
    seed: request.seed,
    responseLogprobs: request.logprobs && true,
    logprobs: request.logprobs?.alternatives || undefined,
    candidateCount: request.choiceCount === 1 ? undefined : request.choiceCount,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    ...encodeFormat(request.responseFormat),
    thinkingConfig,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function encodeStop(request: ChatRequest, losses: ParameterLosses): readonly string[] | undefined {
  const sequences = (request.stopSequences ?? []).filter((sequence) => sequence !== '');
  if (sequences.length > MOST_STOP_SEQUENCES) {
    losses.reportSetting('stopSequences', 'Gemini models take at most five stop sequences.');
  }
  return sequences.length > 0 ? sequences.slice(0, MOST_STOP_SEQUENCES) : undefined;
}

/** `responseJsonSchema` takes JSON Schema as it is; `responseSchema` knows a part of OpenAPI's only. */
function encodeFormat(format: ResponseFormat | undefined): Record<string, unknown> {
  if (format === undefined || format.type === 'text') return {};
  return {
    responseMimeType: 'application/json',
    ...(format.type === 'json-schema' && { responseJsonSchema: format.schema }),
  };
}
