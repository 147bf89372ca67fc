import type { ChatWire } from '@gateway/domain';
import { ANTHROPIC_ERROR_SAMPLES } from './anthropic-error-samples';
import { ANY_WIRE_ERROR_SAMPLES } from './any-wire-error-samples';
import { BEDROCK_ERROR_SAMPLES } from './bedrock-error-samples';
import { COHERE_ERROR_SAMPLES } from './cohere-error-samples';
import type { ErrorSample } from './error-sample';
import { GEMINI_ERROR_SAMPLES } from './gemini-error-samples';
import { OLLAMA_ERROR_SAMPLES } from './ollama-error-samples';
import { OPENAI_ERROR_SAMPLES } from './openai-error-samples';
import { REPLICATE_ERROR_SAMPLES } from './replicate-error-samples';
import { WATSONX_ERROR_SAMPLES } from './watsonx-error-samples';

/** What providers of each wire answer when something is wrong. */
export const ERROR_SAMPLES: Readonly<Record<ChatWire, readonly ErrorSample[]>> = {
  'openai-chat': [...OPENAI_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'openai-responses': [...OPENAI_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'openai-completions': [...OPENAI_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'mistral-fim': [...OPENAI_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'anthropic-messages': [...ANTHROPIC_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'gemini-generate': [...GEMINI_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'ollama-chat': [...OLLAMA_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'cohere-chat': [...COHERE_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'bedrock-converse': [...BEDROCK_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'bedrock-invoke': [...BEDROCK_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'watsonx-chat': [...WATSONX_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
  'replicate-predictions': [...REPLICATE_ERROR_SAMPLES, ...ANY_WIRE_ERROR_SAMPLES],
};
