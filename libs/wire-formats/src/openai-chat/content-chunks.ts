import { isRecord } from '@gateway/domain';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Mistral's reasoning models send content as a list of chunks, thoughts among them, where this wire has a text and others
 * `reasoning_content`. Chunks of other kinds (references) have no text.
 */
export function textOfChunks(chunks: readonly unknown[], kind: 'text' | 'thinking'): string {
  return chunks.map((chunk) => (isRecord(chunk) && (chunk.type ?? 'text') === kind ? textOf(chunk) : '')).join('');
}

/** A `delta` or `message` whose content is a list, as others write it; null when there is nothing to change. */
export function withPlainContent(message: Fields): Record<string, unknown> | null {
  const { content } = message;
  if (!Array.isArray(content)) return null;
  const chunks: readonly unknown[] = content;
  const thoughts = textOfChunks(chunks, 'thinking');
  const isThoughtOnly = thoughts !== '' && chunks.every((chunk) => isRecord(chunk) && chunk.type === 'thinking');
  return {
    ...message,
    content: isThoughtOnly ? null : textOfChunks(chunks, 'text'),
    ...(thoughts !== '' && { reasoning_content: thoughts }),
  };
}

function textOf({ text, thinking }: Fields): string {
  if (typeof text === 'string') return text;
  if (typeof thinking === 'string') return thinking;
  return Array.isArray(thinking) ? textOfChunks(thinking, 'text') : '';
}
