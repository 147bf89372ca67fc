import {
  type AudioPart,
  type ContentPart,
  type DocumentPart,
  GatewayException,
  type ImagePart,
  isRecord,
  type ReasoningPart,
  type RefusalPart,
  type TextPart,
  type ToolResultPart,
} from '@gateway/domain';
import { audioFormat } from '../audio-format';
import { geminiSignatureOf } from '../gemini-generate/thought-signature';
import { toolInputOf } from '../tool-input';
import { encodeCitation } from './citations';
import type { ModelTraits } from './model-traits';

export type ConverseBlock = Record<string, unknown>;

const IMAGE_FORMATS: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/jpg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
]);

/** The API takes ids of this length, of letters, digits, `_` and `-`. */
const LONGEST_TOOL_USE_ID = 64;

/** Content → blocks, message after message: documents are told apart by their names. */
export class ContentEncoder {
  #documents = 0;

  constructor(private readonly traits: ModelTraits) {}

  /** @throws GatewayException for what this wire has only bytes for. */
  encode(content: readonly ContentPart[]): ConverseBlock[] {
    return content.flatMap((part) => {
      const block = this.#encodePart(part);
      return block === null ? [] : [block, ...this.cachePointAfter(part)];
    });
  }

  /** Anthropic marks the block, here the mark is a block of its own behind it. Models without a cache never see it. */
  cachePointAfter(part: { readonly cacheControl?: unknown } | ContentPart): ConverseBlock[] {
    const control = 'cacheControl' in part ? part.cacheControl : undefined;
    if (!isRecord(control) || this.traits.cachePoints === 'nowhere') return [];
    return [cachePoint(control)];
  }

  #encodePart(part: ContentPart): ConverseBlock | null {
    switch (part.type) {
      case 'text':
      case 'refusal':
        // A blank text is refused, and says nothing.
        return part.text.trim() === '' ? null : encodeText(part);
      case 'image':
        return { image: encodeImage(part) };
      case 'audio':
        return { audio: encodeAudio(part) };
      case 'document':
        return { document: this.#encodeDocument(part) };
      case 'reasoning':
        return encodeReasoning(part);
      case 'tool-call':
        return {
          toolUse: { toolUseId: toolUseIdOf(part.id), name: part.name, input: toolInputOf(part.argumentsText) },
        };
      case 'tool-result':
        return { toolResult: encodeToolResult(part) };
    }
  }

  /** A name is demanded, and may hold little; the title's own words are kept where they fit. */
  #encodeDocument({ source, title, context, citations }: DocumentPart): ConverseBlock {
    this.#documents += 1;
    if (source.kind === 'url') throw needsBytes('documents');
    const words = (title ?? '').replace(/[^a-zA-Z0-9()[\] -]+/g, ' ').replace(/\s+/g, ' ');
    const name = `${words.trim().slice(0, 160) || 'document'} ${this.#documents}`;
    return {
      ...(source.kind === 'text'
        ? { format: 'txt', name, source: { text: source.text } }
        : { format: 'pdf', name, source: { bytes: source.data } }),
      ...(context !== undefined && { context }),
      ...(citations && { citations: { enabled: true } }),
    };
  }
}

/** Models that cite want their citations back with the text. */
function encodeText(part: TextPart | RefusalPart): ConverseBlock {
  const cited = 'citations' in part ? (part.citations ?? []) : [];
  const citations = cited.map(encodeCitation).filter((citation) => citation !== null);
  if (citations.length === 0) return { text: part.text };
  return { citationsContent: { content: [{ text: part.text }], citations } };
}

export function cachePoint(control: Readonly<Record<string, unknown>>): ConverseBlock {
  return { cachePoint: { type: 'default', ...(typeof control.ttl === 'string' && { ttl: control.ttl }) } };
}

/** Ids of other providers are mapped the same way everywhere, so that calls and results still meet. */
function toolUseIdOf(id: string): string {
  const plain = id.replace(/[^a-zA-Z0-9_-]/g, '_');
  if (plain.length <= LONGEST_TOOL_USE_ID) return plain;
  // Ids differ at their ends.
  return plain.slice(0, 8) + plain.slice(8 - LONGEST_TOOL_USE_ID);
}

/** `detail` has no counterpart. */
function encodeImage({ source }: ImagePart): ConverseBlock {
  if (source.kind === 'url') throw needsBytes('images');
  const format = IMAGE_FORMATS.get(source.mediaType.toLowerCase());
  if (format === undefined) {
    throw new GatewayException({
      code: 'unsupported_parameter',
      message: `Bedrock takes PNG, JPEG, GIF and WebP images, not "${source.mediaType}".`,
      param: 'messages',
    });
  }
  return { format, source: { bytes: source.data } };
}

/** Leaving the picture out would change the question, so this is refused whatever `drop_params` says. */
function needsBytes(what: 'images' | 'documents'): GatewayException {
  return new GatewayException({
    code: 'unsupported_parameter',
    message: `Bedrock does not fetch ${what} from a URL: send the bytes as base64.`,
    param: 'messages',
  });
}

function encodeAudio({ source }: AudioPart): ConverseBlock {
  const format = audioFormat(source.mediaType);
  if (format === undefined) {
    throw new GatewayException({
      code: 'unsupported_parameter',
      message: `Bedrock does not take audio as "${source.mediaType}".`,
      param: 'messages',
    });
  }
  return { format, source: { bytes: source.data } };
}

/** Unsigned thoughts, and those another provider signed, would be refused. */
function encodeReasoning(part: ReasoningPart): ConverseBlock | null {
  if (part.redactedData !== undefined) {
    const isBytes = /^[A-Za-z0-9+/]+={0,2}$/.test(part.redactedData);
    return isBytes ? { reasoningContent: { redactedContent: part.redactedData } } : null;
  }
  const { text, signature } = part;
  if (!signature || geminiSignatureOf(signature) !== null) return null;
  return { reasoningContent: { reasoningText: { text, signature } } };
}

/** Only failures are told: not every model takes a status. A result without words still needs a block. */
function encodeToolResult(part: ToolResultPart): ConverseBlock {
  const content = part.content.flatMap((piece): ConverseBlock[] => {
    if (piece.type === 'image') return [{ image: encodeImage(piece) }];
    return piece.text.trim() === '' ? [] : [{ text: piece.text }];
  });
  return {
    toolUseId: toolUseIdOf(part.toolCallId),
    content: content.length > 0 ? content : [{ text: '(no output)' }],
    ...(part.isError === true && { status: 'error' }),
  };
}
