import type { ChatRequest } from '@gateway/domain';
import { systemTexts, twoSidedTurns } from '../two-sided-turns';
import { type GeminiPart, PartEncoder } from './encode-part';

export interface EncodedContents {
  readonly systemInstruction?: { readonly parts: readonly GeminiPart[] };
  readonly contents: readonly { readonly role: 'user' | 'model'; readonly parts: readonly GeminiPart[] }[];
}

/**
 * Hub conversation → `systemInstruction` and `contents`. As on Anthropic's wire, neighbours of the same role become one
 * turn with the results of tools first (the API wants as many results as the turn before had calls), a system message
 * inside the conversation is added to the end of the system instruction, where it keeps its authority, and a request
 * of system prompts only is asked as a user turn. Names of participants have no counterpart.
 */
export function encodeContents(request: ChatRequest, model: string): EncodedContents {
  const system = systemTexts(request).flatMap(({ text }) => (text === '' ? [] : [{ text }]));
  const encoder = new PartEncoder(model);
  const turns = twoSidedTurns<GeminiPart>(request.messages, {
    encode: (content) => encoder.encode(content),
    isResult: (part) => 'functionResponse' in part,
  });
  if (turns.length === 0) return { contents: [{ role: 'user', parts: system }] };
  return {
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents: turns.map(({ speaker, parts }) => ({ role: speaker === 'assistant' ? 'model' : 'user', parts })),
  };
}
