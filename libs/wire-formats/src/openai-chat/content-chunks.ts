import { isRecord } from '@gateway/domain';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Mistral's reasoning models send content as a list of chunks, thoughts among them, where this wire has a text and others
 * `reasoning_content`. Chunks of other kinds (references) have no text.
 */
export function textOfChunks(chunks: readonly unknown[], kind: 'text' | 'thinking'): string {
  return chunks.map((chunk) => (isRecord(chunk) && (chunk.type ?? 'text') === kind ? textOf(chunk) : '')).join('');
}

/**
 * A `delta` or `message` as clients of the wire know it: content that is a list becomes text, and calls without a type,
 * which Mistral leaves out, get theirs. Null when there is nothing to change.
 */
export function asClientsKnowIt(message: Fields): Record<string, unknown> | null {
  const content = Array.isArray(message.content) ? plainContent(message.content) : null;
  const calls = Array.isArray(message.tool_calls) ? typedCalls(message.tool_calls) : null;
  if (content === null && calls === null) return null;
  return { ...message, ...content, ...(calls !== null && { tool_calls: calls }) };
}

function plainContent(chunks: readonly unknown[]): Fields {
  const thoughts = textOfChunks(chunks, 'thinking');
  const isThoughtOnly = thoughts !== '' && chunks.every((chunk) => isRecord(chunk) && chunk.type === 'thinking');
  return {
    content: isThoughtOnly ? null : textOfChunks(chunks, 'text'),
    ...(thoughts !== '' && { reasoning_content: thoughts }),
  };
}

/** Where a call begins, it has an id; null when every one says what it is. */
function typedCalls(calls: readonly unknown[]): readonly unknown[] | null {
  const isUntyped = (call: unknown): call is Fields =>
    isRecord(call) && typeof call.id === 'string' && call.type === undefined;
  return calls.some(isUntyped) ? calls.map((call) => (isUntyped(call) ? { ...call, type: 'function' } : call)) : null;
}

function textOf({ text, thinking }: Fields): string {
  if (typeof text === 'string') return text;
  if (typeof thinking === 'string') return thinking;
  return Array.isArray(thinking) ? textOfChunks(thinking, 'text') : '';
}
