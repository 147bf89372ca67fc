import { type ContentPart, type DocumentPart, type ImagePart, isRecord, type TextPart } from '@gateway/domain';
import { parseClientToolCallId } from '../signed-tool-call-id';
import { argumentsTextOf } from '../tool-input';
import type { RequestBlock } from './request-body';

/** Told about every block the hub has no word for, with its path from the content on, e.g. `[2]`. */
export type UnmappedSink = (path: string, block: RequestBlock) => void;

/** Content → parts, in order. */
export function decodeContent(content: string | readonly RequestBlock[], onUnmapped: UnmappedSink): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const parts: ContentPart[] = [];
  content.forEach((block, index) => {
    const part = decodeBlock(block, (path, unmapped) => onUnmapped(`[${index}]${path}`, unmapped));
    if (part === null) onUnmapped(`[${index}]`, block);
    else parts.push(part);
  });
  return parts;
}

export function decodeSystem(system: string | readonly RequestBlock[]): TextPart[] {
  if (typeof system === 'string') return system === '' ? [] : [{ type: 'text', text: system }];
  return system.map(decodeText);
}

/** Spread into a part: the marker when there is one, nothing otherwise. */
export function cacheControlOf(block: { readonly cache_control?: unknown }): { cacheControl?: unknown } {
  return block.cache_control === undefined || block.cache_control === null ? {} : { cacheControl: block.cache_control };
}

function decodeBlock(block: RequestBlock, onUnmapped: UnmappedSink): ContentPart | null {
  switch (block.type) {
    case 'text':
      return decodeText(block);
    case 'image':
      return decodeImage(block);
    case 'document':
      return decodeDocument(block);
    case 'thinking':
      return {
        type: 'reasoning',
        text: block.thinking ?? '',
        ...(block.signature ? { signature: block.signature } : {}),
      };
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', redactedData: block.data ?? '' };
    case 'tool_use':
      return {
        type: 'tool-call',
        ...parseClientToolCallId(block.id ?? ''),
        name: block.name ?? '',
        argumentsText: argumentsTextOf(block.input),
        ...cacheControlOf(block),
      };
    case 'tool_result':
      return decodeToolResult(block, onUnmapped);
    default:
      return null;
  }
}

function decodeText(block: RequestBlock): TextPart {
  return { type: 'text', text: block.text ?? '', ...cacheControlOf(block) };
}

/** Images kept in Anthropic's file store (`source.type: file`) have no counterpart elsewhere. */
function decodeImage(block: RequestBlock): ImagePart | null {
  const source = block.source;
  if (source?.type === 'url') {
    return { type: 'image', source: { kind: 'url', url: String(source.url) }, ...cacheControlOf(block) };
  }
  if (source?.type !== 'base64') return null;
  const image = { kind: 'base64', mediaType: String(source.media_type), data: String(source.data) } as const;
  return { type: 'image', source: image, ...cacheControlOf(block) };
}

/** A plain-text document is text; a stored file, or one to be cited from, is not something the hub can say. */
function decodeDocument(block: RequestBlock): TextPart | DocumentPart | null {
  const pdf = decodePdfSource(block.source);
  const { title, context, citations } = block;
  if (pdf !== null) {
    if ((context ?? '') !== '' || (isRecord(citations) && citations.enabled === true)) return null;
    return { type: 'document', source: pdf, ...(title && { title }), ...cacheControlOf(block) };
  }
  if (block.source?.type !== 'text' || typeof block.source.data !== 'string') return null;
  return { type: 'text', text: block.source.data, ...cacheControlOf(block) };
}

function decodePdfSource(source: RequestBlock['source']): DocumentPart['source'] | null {
  if (source?.type === 'url' && typeof source.url === 'string') return { kind: 'url', url: source.url };
  if (source?.type !== 'base64' || source.media_type !== 'application/pdf') return null;
  return { kind: 'base64', mediaType: 'application/pdf', data: String(source.data) };
}

function decodeToolResult(block: RequestBlock, onUnmapped: UnmappedSink): ContentPart {
  const nested = decodeContent(block.content ?? [], (path, unmapped) => onUnmapped(`.content${path}`, unmapped));
  // Results of tools hold text and images in the hub.
  if (nested.some((part) => part.type === 'document')) onUnmapped('.content', block);
  const content = nested.filter((part) => part.type === 'text' || part.type === 'image');
  return {
    type: 'tool-result',
    toolCallId: parseClientToolCallId(block.tool_use_id ?? '').id,
    content,
    ...(typeof block.is_error === 'boolean' && { isError: block.is_error }),
    ...cacheControlOf(block),
  };
}
