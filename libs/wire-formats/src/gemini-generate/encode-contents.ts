import type { ChatRequest, Message, TextPart } from '@gateway/domain';
import { type GeminiPart, PartEncoder } from './encode-part';

export interface EncodedContents {
  readonly systemInstruction?: { readonly parts: readonly GeminiPart[] };
  readonly contents: readonly Turn[];
}

interface Turn {
  readonly role: 'user' | 'model';
  readonly parts: GeminiPart[];
}

/**
 * Hub conversation → `systemInstruction` and `contents`. As on Anthropic's wire, neighbours of the same role become one
 * turn with the results of tools first (the API wants as many results as the turn before had calls), a system message
 * inside the conversation is added to the end of the system instruction, where it keeps its authority, and a request
 * of system prompts only is asked as a user turn. Names of participants have no counterpart.
 */
export function encodeContents(request: ChatRequest, model: string): EncodedContents {
  const inConversation = request.messages.filter((message) => message.role === 'system').flatMap(textsOf);
  const system = [...request.system, ...inConversation].flatMap(({ text }) => (text === '' ? [] : [{ text }]));
  const contents = mergeTurns(request.messages, new PartEncoder(model));
  if (contents.length === 0) return { contents: [{ role: 'user', parts: system }] };
  return {
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents: contents.map(({ role, parts }) => ({ role, parts: resultsFirst(parts) })),
  };
}

function mergeTurns(messages: readonly Message[], encoder: PartEncoder): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const parts = encoder.encode(message.content);
    if (parts.length === 0) continue;
    const role = message.role === 'assistant' ? 'model' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else turns.push({ role, parts });
  }
  return turns;
}

function resultsFirst(parts: GeminiPart[]): GeminiPart[] {
  const isResult = (part: GeminiPart) => 'functionResponse' in part;
  if (!parts.some(isResult)) return parts;
  return [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))];
}

function textsOf(message: Message): TextPart[] {
  return message.content.filter((part) => part.type === 'text');
}
