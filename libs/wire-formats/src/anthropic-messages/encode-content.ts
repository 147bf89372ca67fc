import type { ContentPart, DocumentPart, ImagePart, TextPart, ToolResultPart } from '@gateway/domain';
import { toolInputOf } from '../tool-input';
import { encodeReturnedCitation } from './citations';

export type Block = Record<string, unknown>;

/**
 * One part → one block; null for what the API would refuse the whole request for: empty text, sound, and reasoning that no
 * Anthropic model has signed (another provider's, replayed by the client).
 */
export function encodePart(part: ContentPart): Block | null {
  switch (part.type) {
    case 'text':
      return encodeText(part);
    case 'refusal':
      return encodeText({ type: 'text', text: part.text });
    case 'image':
      return encodeImage(part);
    case 'document':
      return encodeDocument(part);
    case 'audio':
      return null;
    case 'reasoning':
      if (part.redactedData !== undefined) return { type: 'redacted_thinking', data: part.redactedData };
      return part.signature ? { type: 'thinking', thinking: part.text, signature: part.signature } : null;
    case 'tool-call':
      return {
        type: 'tool_use',
        id: toolUseIdOf(part.id),
        name: part.name,
        input: toolInputOf(part.argumentsText),
        ...cacheControlOf(part),
      };
    case 'tool-result':
      return encodeToolResult(part);
  }
}

export function encodeText(part: TextPart): Block | null {
  if (part.text === '') return null;
  const citations = (part.citations ?? []).map(encodeReturnedCitation).filter((citation) => citation !== null);
  return { type: 'text', text: part.text, ...(citations.length > 0 && { citations }), ...cacheControlOf(part) };
}

/** A lone text without a cache marker or citations is written as the plain string it usually came as. */
export function asStringIfPlain(blocks: readonly Block[]): string | readonly Block[] {
  const [only, ...others] = blocks;
  const isPlain = Object.keys(only ?? {}).every((name) => name === 'type' || name === 'text') && others.length === 0;
  return isPlain && only !== undefined ? String(only.text) : blocks;
}

/** The API takes ids of letters, digits, `_` and `-` only; other providers' ids are mapped the same way everywhere. */
function toolUseIdOf(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_');
}

/** `detail` has no counterpart: Anthropic sizes images itself. */
function encodeImage(part: ImagePart): Block {
  return { type: 'image', source: encodeSource(part.source), ...cacheControlOf(part) };
}

function encodeDocument(part: DocumentPart): Block {
  const { source, title, context } = part;
  return {
    type: 'document',
    source:
      source.kind === 'text' ? { type: 'text', media_type: 'text/plain', data: source.text } : encodeSource(source),
    ...(title !== undefined && { title }),
    ...(context !== undefined && { context }),
    ...(part.citations && { citations: { enabled: true } }),
    ...cacheControlOf(part),
  };
}

function encodeSource(source: ImagePart['source']): Block {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  return { type: 'base64', media_type: source.mediaType, data: source.data };
}

function encodeToolResult(part: ToolResultPart): Block {
  const blocks = part.content.map(encodePart).filter((block) => block !== null);
  return {
    type: 'tool_result',
    tool_use_id: toolUseIdOf(part.toolCallId),
    ...(blocks.length > 0 && { content: asStringIfPlain(blocks) }),
    ...(part.isError !== undefined && { is_error: part.isError }),
    ...cacheControlOf(part),
  };
}

function cacheControlOf(part: { readonly cacheControl?: unknown }): { cache_control?: unknown } {
  return part.cacheControl === undefined ? {} : { cache_control: part.cacheControl };
}
