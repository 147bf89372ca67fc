import type { ChatRequest } from '@gateway/domain';
import { systemTexts, twoSidedTurns } from '../two-sided-turns';
import { asStringIfPlain, type Block, encodePart, encodeText } from './encode-content';

export interface EncodedMessages {
  readonly system?: unknown;
  readonly messages: readonly unknown[];
}

/**
 * Hub conversation → `system` and `messages`. Three things differ from a plain translation:
 * - Neighbours of the same role become one turn, tool results first: the API wants all results of a turn's calls in
 *   the one user message that follows, before any other content.
 * - A system message inside the conversation is added to the end of the system prompt. It loses its place but keeps
 *   its authority; as user text it would lose that, and any user could write the same. (The API's own `system` role in
 *   `messages` is taken by its newest models only.)
 * - A request with nothing but system prompts is asked as a user turn, because the API wants at least one.
 *
 * Names of participants and `detail` of images are hints without a counterpart and are left out.
 */
export function encodeMessages(request: ChatRequest): EncodedMessages {
  const system = systemTexts(request)
    .map(encodeText)
    .filter((block) => block !== null);
  const turns = twoSidedTurns<Block>(request.messages, {
    encode: (content) => content.map(encodePart).filter((block) => block !== null),
    isResult: (block) => block.type === 'tool_result',
  });
  if (turns.length === 0) return { messages: [{ role: 'user', content: asStringIfPlain(system) }] };
  return {
    ...(system.length > 0 && { system: asStringIfPlain(system) }),
    messages: turns.map(({ speaker, parts }) => ({ role: speaker, content: asStringIfPlain(parts) })),
  };
}
