import { ANTHROPIC_ADAPTER } from '../anthropic/anthropic-adapter';
import { GEMINI_ADAPTER } from '../gemini/gemini-adapter';
import type { CountDialect } from './create-count-tokens';

/** Of a message's fields, those the count takes (`MessageCountTokensParams` in @anthropic-ai/sdk). */
const COUNTED = ['model', 'messages', 'system', 'thinking', 'tool_choice', 'tools', 'output_config', 'cache_control'];

/** `POST {base}/v1/messages/count_tokens`. */
export const ANTHROPIC_COUNT: CountDialect = {
  chat: ANTHROPIC_ADAPTER,
  operation: 'anthropic-count-tokens',
  answerField: 'input_tokens',
  countPath: (path) => path.replace(/\/messages(?=\?|$)/, '/messages/count_tokens'),
  countBody: (body, model, isOwn) => {
    const counted = isOwn ? body : Object.fromEntries(Object.entries(body).filter(([name]) => COUNTED.includes(name)));
    return { ...counted, model };
  },
};

/** `POST {base}/v1beta/models/{model}:countTokens`. */
export const GEMINI_COUNT: CountDialect = {
  chat: GEMINI_ADAPTER,
  operation: 'gemini-count-tokens',
  answerField: 'totalTokens',
  countPath: (path) => path.replace(/:generateContent(?=\?|$)/, ':countTokens'),
  countBody: (body, model, isOwn) => {
    if (!isOwn) return { generateContentRequest: { model: `models/${model}`, ...body } };
    const { model: _model, ...own } = body;
    const nested = own.generateContentRequest;
    return typeof nested === 'object' && nested !== null
      ? { ...own, generateContentRequest: { ...nested, model: `models/${model}` } }
      : own;
  },
};
