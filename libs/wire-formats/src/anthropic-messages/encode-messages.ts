import type { ChatRequest, Message, TextPart } from '@gateway/domain';
import { asStringIfPlain, type Block, encodePart, encodeText } from './encode-content';

export interface EncodedMessages {
  readonly system?: unknown;
  readonly messages: readonly unknown[];
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: Block[];
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
  const inConversation = request.messages.filter((message) => message.role === 'system').flatMap(textsOf);
  const system = [...request.system, ...inConversation].map(encodeText).filter((block) => block !== null);
  const turns = mergeTurns(request.messages.filter((message) => message.role !== 'system'));
  if (turns.length === 0) return { messages: [{ role: 'user', content: asStringIfPlain(system) }] };
  return {
    ...(system.length > 0 && { system: asStringIfPlain(system) }),
    messages: turns.map((turn) => ({ role: turn.role, content: asStringIfPlain(resultsFirst(turn.blocks)) })),
  };
}

function mergeTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const blocks = message.content.map(encodePart).filter((block) => block !== null);
    if (blocks.length === 0) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else turns.push({ role, blocks });
  }
  return turns;
}

function resultsFirst(blocks: readonly Block[]): readonly Block[] {
  const isResult = (block: Block) => block.type === 'tool_result';
  if (!blocks.some(isResult)) return blocks;
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

function textsOf(message: Message): TextPart[] {
  return message.content.filter((part) => part.type === 'text');
}
