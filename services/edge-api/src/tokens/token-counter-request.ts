import { type ChatRequest, type GatewayError, GatewayException, isRecord } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';

/** What LiteLLM's users have counted: a text, or a conversation in OpenAI's, Anthropic's or Gemini's way. */
export type CountedInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'chat'; readonly request: ChatRequest };

/** @throws GatewayException `invalid_request` naming the field. */
export function readTokenCounterBody(body: unknown): { readonly model: string; readonly input: CountedInput } {
  if (!isRecord(body)) throw invalid('must be a JSON object');
  const { model, prompt, messages, contents, system } = body;
  if (typeof model !== 'string' || model === '') throw invalid('must be a non-empty string', 'model');
  if (prompt !== undefined && prompt !== null) return { model, input: readPrompt(prompt) };
  const rest = { ...body, model, stream: false };
  if (contents !== undefined && contents !== null) return { model, input: readChat('gemini-generate', rest) };
  if (system !== undefined && system !== null) {
    return { model, input: readChat('anthropic-messages', { ...rest, max_tokens: 1 }) };
  }
  if (messages === undefined || messages === null) throw invalid('give a prompt, messages or contents', 'messages');
  return { model, input: readChat('openai-chat', rest) };
}

function readPrompt(prompt: unknown): CountedInput {
  const texts: unknown[] = Array.isArray(prompt) ? prompt : [prompt];
  if (!texts.every((text) => typeof text === 'string')) throw invalid('must be a string', 'prompt');
  return { kind: 'text', text: texts.join('') };
}

function readChat(
  wire: 'openai-chat' | 'anthropic-messages' | 'gemini-generate',
  body: Readonly<Record<string, unknown>>,
): CountedInput {
  const codec = CHAT_WIRE_CODECS[wire];
  const called = { model: String(body.model), stream: false };
  const check = codec.validateRequest(body, called);
  if (!check.ok) throw new GatewayException(check.error);
  return { kind: 'chat', request: codec.decodeRequest(body, called) };
}

function invalid(problem: string, param?: string): GatewayException {
  const message = param === undefined ? `The request body ${problem}.` : `${param}: ${problem}`;
  const error: GatewayError = { code: 'invalid_request', message, ...(param !== undefined && { param }) };
  return new GatewayException(error);
}
