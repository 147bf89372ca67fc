import { isRecord, type StreamPart } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { argumentsTextOf } from '../tool-input';
import { decodeCitation, decodeCitations } from './citations';

type EventData = Readonly<Record<string, unknown>>;
type BlockKind = 'text' | 'reasoning' | 'tool-call' | 'unknown';

interface OpenBlock {
  readonly kind: BlockKind;
  /** The hub's number: counts only blocks the hub has a word for. */
  readonly block: number;
  signature: string;
  readonly redactedData: string | undefined;
  /** A tool's whole input where it came with the start and no delta follows. */
  readonly wholeInput: unknown;
  hasArguments: boolean;
}

const KIND_BY_TYPE: ReadonlyMap<unknown, BlockKind> = new Map<unknown, BlockKind>([
  ['text', 'text'],
  ['thinking', 'reasoning'],
  ['redacted_thinking', 'reasoning'],
  ['tool_use', 'tool-call'],
]);

/** Turns the `content_block_*` events of one stream into parts. Blocks of unknown types vanish with all their deltas. */
export class BlockDecoder {
  readonly #open = new Map<number, OpenBlock>();
  #nextBlock = 0;

  start(data: EventData): StreamPart[] {
    const index = indexOf(data);
    const content = data.content_block;
    if (!isRecord(content)) throw new MalformedResponse('content_block_start has no content_block');
    if (this.#open.has(index)) throw new MalformedResponse(`content block ${index} was started twice`);
    const kind = KIND_BY_TYPE.get(content.type) ?? 'unknown';
    const open: OpenBlock = {
      kind,
      block: kind === 'unknown' ? -1 : this.#nextBlock++,
      signature: textOf(content.signature),
      redactedData: content.type === 'redacted_thinking' ? textOf(content.data) : undefined,
      wholeInput: content.input,
      hasArguments: false,
    };
    this.#open.set(index, open);
    return startParts(open, content);
  }

  delta(data: EventData): StreamPart[] {
    const index = indexOf(data);
    const open = this.#open.get(index);
    if (open === undefined) throw new MalformedResponse(`a delta came for content block ${index}, which is not open`);
    if (!isRecord(data.delta)) throw new MalformedResponse('content_block_delta has no delta');
    return deltaParts(open, data.delta);
  }

  stop(data: EventData): StreamPart[] {
    const index = indexOf(data);
    const open = this.#open.get(index);
    if (open === undefined) throw new MalformedResponse(`content block ${index} was stopped but is not open`);
    this.#open.delete(index);
    return endParts(open);
  }

  /** Closes what a careless provider left open. */
  stopAll(): StreamPart[] {
    const parts = [...this.#open.values()].flatMap(endParts);
    this.#open.clear();
    return parts;
  }
}

function startParts(open: OpenBlock, content: EventData): StreamPart[] {
  const at = { choice: 0, block: open.block } as const;
  switch (open.kind) {
    case 'text':
      return [
        { type: 'text-start', ...at },
        ...deltaParts(open, { type: 'text_delta', text: content.text }),
        ...decodeCitations(content.citations).map((citation) => ({ type: 'citation' as const, ...at, citation })),
      ];
    case 'reasoning': {
      const initial = deltaParts(open, { type: 'thinking_delta', thinking: content.thinking });
      return [{ type: 'reasoning-start', ...at }, ...initial];
    }
    case 'tool-call':
      return [{ type: 'tool-call-start', ...at, id: textOf(content.id), name: textOf(content.name) }];
    case 'unknown':
      return [];
  }
}

/** Deltas of another kind than the block add nothing the hub could say. */
function deltaParts(open: OpenBlock, delta: EventData): StreamPart[] {
  const at = { choice: 0, block: open.block } as const;
  if (delta.type === 'text_delta' && open.kind === 'text') {
    const text = textOf(delta.text);
    return text === '' ? [] : [{ type: 'text-delta', ...at, text }];
  }
  if (delta.type === 'citations_delta' && open.kind === 'text') {
    const citation = decodeCitation(delta.citation);
    return citation === null ? [] : [{ type: 'citation', ...at, citation }];
  }
  if (delta.type === 'thinking_delta' && open.kind === 'reasoning') {
    const text = textOf(delta.thinking);
    return text === '' ? [] : [{ type: 'reasoning-delta', ...at, text }];
  }
  if (delta.type === 'input_json_delta' && open.kind === 'tool-call') {
    const argumentsText = textOf(delta.partial_json);
    if (argumentsText === '') return [];
    open.hasArguments = true;
    return [{ type: 'tool-call-delta', ...at, argumentsText }];
  }
  if (delta.type === 'signature_delta') open.signature += textOf(delta.signature);
  return [];
}

function endParts(open: OpenBlock): StreamPart[] {
  const at = { choice: 0, block: open.block } as const;
  switch (open.kind) {
    case 'text':
      return [{ type: 'text-end', ...at }];
    case 'reasoning':
      return [
        {
          type: 'reasoning-end',
          ...at,
          ...(open.signature !== '' && { signature: open.signature }),
          ...(open.redactedData !== undefined && { redactedData: open.redactedData }),
        },
      ];
    case 'tool-call': {
      // A call without arguments streams no JSON at all, but clients of other wires parse the text: `{}` it is.
      const argumentsText = argumentsTextOf(open.wholeInput);
      const missing: StreamPart[] = open.hasArguments ? [] : [{ type: 'tool-call-delta', ...at, argumentsText }];
      return [...missing, { type: 'tool-call-end', ...at }];
    }
    case 'unknown':
      return [];
  }
}

function indexOf(data: EventData): number {
  if (typeof data.index !== 'number') throw new MalformedResponse('a content block event has no index');
  return data.index;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
