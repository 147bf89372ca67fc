import { type ChatRequest, NATIVE_WIRE } from '@gateway/domain';
import type { CalledInPath } from '../chat-wire-codec';
import { decodeRequest as decodeChat } from '../openai-chat/decode-request';
import { asChat } from './as-chat';
import type { NativeBody } from './request-schema';

/** A validated body, without what is for the gateway → the hub. `called` knows whether the route streams. */
export function decodeRequest(body: unknown, called?: CalledInPath): ChatRequest {
  const request = body as NativeBody;
  const { reasoning, ...chat } = decodeChat(asChat(request));
  const budgetTokens = request.parameters?.reasoning_budget_tokens ?? undefined;
  const thinking = { ...reasoning, ...(budgetTokens !== undefined && { budgetTokens }) };
  return {
    ...chat,
    ...(Object.keys(thinking).length > 0 && { reasoning: thinking }),
    stream: called?.stream ?? chat.stream,
    clientWire: NATIVE_WIRE,
  };
}
