import type { ChatRequest, Message, TextPart } from '@gateway/domain';

export interface Turn<Part> {
  readonly speaker: 'user' | 'assistant';
  readonly parts: readonly Part[];
}

/** How one wire writes what is said. */
export interface TurnWriter<Part> {
  readonly encode: (content: Message['content']) => readonly Part[];
  readonly isResult: (part: Part) => boolean;
}

/**
 * For wires in which user and assistant take turns: neighbours of one side become one turn, results of tools first, since
 * such wires want all results of a turn's calls at the head of the next. Messages that say nothing there, and those of the
 * system, which `systemTexts` has, are left out.
 */
export function twoSidedTurns<Part>(messages: readonly Message[], writer: TurnWriter<Part>): Turn<Part>[] {
  const turns: { readonly speaker: Turn<Part>['speaker']; readonly parts: Part[] }[] = [];
  for (const { role, content } of messages) {
    if (role === 'system') continue;
    const parts = writer.encode(content);
    if (parts.length === 0) continue;
    const speaker = role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.speaker === speaker) last.parts.push(...parts);
    else turns.push({ speaker, parts: [...parts] });
  }
  return turns.map(({ speaker, parts }) => ({ speaker, parts: resultsFirst(parts, writer.isResult) }));
}

/** The system prompts, and after them the system messages inside the conversation: out of place, but with their authority. */
export function systemTexts(request: ChatRequest): TextPart[] {
  const inConversation = request.messages.filter(({ role }) => role === 'system').flatMap(({ content }) => content);
  return [...request.system, ...inConversation.filter((part) => part.type === 'text')];
}

function resultsFirst<Part>(parts: readonly Part[], isResult: (part: Part) => boolean): readonly Part[] {
  if (!parts.some(isResult)) return parts;
  return [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))];
}
