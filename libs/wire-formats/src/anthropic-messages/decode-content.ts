import {
  type ContentPart,
  type DocumentPart,
  type ImagePart,
  isRecord,
  type TextPart,
  type ToolResultPart,
} from '@gateway/domain';
import { textOfDocument } from '../plain-document';
import { parseClientToolCallId } from '../signed-tool-call-id';
import { argumentsTextOf } from '../tool-input';
import { decodeCitations } from './citations';
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
  const citations = decodeCitations(block.citations);
  return {
    type: 'text',
    text: block.text ?? '',
    ...(citations.length > 0 && { citations }),
    ...cacheControlOf(block),
  };
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

/** A document kept in Anthropic's file store, or made of blocks, is not something the hub can say. */
function decodeDocument(block: RequestBlock): DocumentPart | null {
  const source = decodeDocumentSource(block.source);
  if (source === null) return null;
  const { title, context, citations } = block;
  return {
    type: 'document',
    source,
    ...(title && { title }),
    ...(context && { context }),
    ...(isRecord(citations) && citations.enabled === true && { citations: true as const }),
    ...cacheControlOf(block),
  };
}

function decodeDocumentSource(source: RequestBlock['source']): DocumentPart['source'] | null {
  if (source?.type === 'url' && typeof source.url === 'string') return { kind: 'url', url: source.url };
  if (source?.type === 'text' && typeof source.data === 'string') return { kind: 'text', text: source.data };
  if (source?.type !== 'base64' || source.media_type !== 'application/pdf') return null;
  return { kind: 'base64', mediaType: 'application/pdf', data: String(source.data) };
}

function decodeToolResult(block: RequestBlock, onUnmapped: UnmappedSink): ContentPart {
  const nested = decodeContent(block.content ?? [], (path, unmapped) => onUnmapped(`.content${path}`, unmapped));
  // Results of tools hold text and images in the hub.
  if (nested.some((part) => part.type === 'document' && part.source.kind !== 'text')) onUnmapped('.content', block);
  const content = nested.flatMap((part): ToolResultPart['content'][number][] => {
    if (part.type === 'document')
      return part.source.kind === 'text' ? [{ type: 'text', text: textOfDocument(part) }] : [];
    return part.type === 'text' || part.type === 'image' ? [part] : [];
  });
  return {
    type: 'tool-result',
    toolCallId: parseClientToolCallId(block.tool_use_id ?? '').id,
    content,
    ...(typeof block.is_error === 'boolean' && { isError: block.is_error }),
    ...cacheControlOf(block),
  };
}
