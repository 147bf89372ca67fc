import { isRecord, type StreamPart } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { decodeCitation } from './citations';
import { JSON_ANSWER_TOOL } from './json-answer-tool';

type EventData = Readonly<Record<string, unknown>>;
type BlockKind = 'text' | 'reasoning' | 'tool-call' | 'json-answer';

interface OpenBlock {
  readonly kind: BlockKind;
  /** The hub's number: counts only blocks the hub has a word for. */
  readonly block: number;
  signature: string;
  /** Base64 of pieces that belong together. */
  readonly redacted: string[];
  hasArguments: boolean;
}

/**
 * Turns the `contentBlock…` events of one stream into parts. Only calls of tools are started by an event; other blocks
 * begin with their first delta. Deltas the hub has no word for (results of server tools) are left out.
 */
export class BlockDecoder {
  readonly #open = new Map<number, OpenBlock>();
  #nextBlock = 0;
  #calls = 0;
  #jsonAnswers = 0;

  /** Whether the only tool that was called stands for a JSON answer. */
  get isJsonAnswer(): boolean {
    return this.#jsonAnswers > 0 && this.#calls === 0;
  }

  start(data: EventData): StreamPart[] {
    const toolUse = isRecord(data.start) ? data.start.toolUse : undefined;
    if (!isRecord(toolUse)) return [];
    const index = indexOf(data);
    if (this.#open.has(index)) throw new MalformedResponse(`content block ${index} was started twice`);
    if (typeof toolUse.name !== 'string') throw new MalformedResponse('a call of a tool has no name');
    if (toolUse.name === JSON_ANSWER_TOOL) {
      this.#jsonAnswers += 1;
      return this.#begin(index, 'json-answer').parts;
    }
    this.#calls += 1;
    const { open } = this.#begin(index, 'tool-call');
    const id = typeof toolUse.toolUseId === 'string' ? toolUse.toolUseId : '';
    return [{ type: 'tool-call-start', choice: 0, block: open.block, id, name: toolUse.name }];
  }

  delta(data: EventData): StreamPart[] {
    if (!isRecord(data.delta)) throw new MalformedResponse('contentBlockDelta has no delta');
    const index = indexOf(data);
    const { text, toolUse, reasoningContent, citation } = data.delta;
    if (citation !== undefined) return this.#cite(index, citation);
    if (typeof text === 'string') return this.#text(index, 'text', text);
    if (isRecord(reasoningContent)) return this.#reasoning(index, reasoningContent);
    return isRecord(toolUse) && typeof toolUse.input === 'string' ? this.#input(index, toolUse.input) : [];
  }

  stop(data: EventData): StreamPart[] {
    const index = indexOf(data);
    const open = this.#open.get(index);
    this.#open.delete(index);
    return open === undefined ? [] : endParts(open);
  }

  /** Closes what a careless provider left open. */
  stopAll(): StreamPart[] {
    const parts = [...this.#open.values()].flatMap(endParts);
    this.#open.clear();
    return parts;
  }

  #text(index: number, kind: 'text' | 'reasoning', text: string): StreamPart[] {
    const { open, parts } = this.#begin(index, kind);
    if (text !== '' && open.kind === kind) parts.push({ type: `${kind}-delta`, choice: 0, block: open.block, text });
    return parts;
  }

  #cite(index: number, value: unknown): StreamPart[] {
    const citation = decodeCitation(value);
    if (citation === null) return [];
    const { open, parts } = this.#begin(index, 'text');
    return open.kind === 'text' ? [...parts, { type: 'citation', choice: 0, block: open.block, citation }] : parts;
  }

  #reasoning(index: number, { text, signature, redactedContent }: EventData): StreamPart[] {
    const parts = this.#text(index, 'reasoning', typeof text === 'string' ? text : '');
    const open = this.#open.get(index);
    if (open !== undefined && typeof signature === 'string') open.signature += signature;
    if (open !== undefined && typeof redactedContent === 'string') open.redacted.push(redactedContent);
    return parts;
  }

  #input(index: number, input: string): StreamPart[] {
    const open = this.#open.get(index);
    if (open === undefined) throw new MalformedResponse(`a delta came for content block ${index}, which is not open`);
    if (input === '') return [];
    open.hasArguments = true;
    const at = { choice: 0, block: open.block } as const;
    if (open.kind === 'json-answer') return [{ type: 'text-delta', ...at, text: input }];
    return open.kind === 'tool-call' ? [{ type: 'tool-call-delta', ...at, argumentsText: input }] : [];
  }

  #begin(index: number, kind: BlockKind): { readonly open: OpenBlock; readonly parts: StreamPart[] } {
    const known = this.#open.get(index);
    if (known !== undefined) return { open: known, parts: [] };
    const open = { kind, block: this.#nextBlock++, signature: '', redacted: [], hasArguments: false };
    this.#open.set(index, open);
    const at = { choice: 0, block: open.block } as const;
    if (kind === 'tool-call') return { open, parts: [] };
    return { open, parts: [{ type: kind === 'reasoning' ? 'reasoning-start' : 'text-start', ...at }] };
  }
}

function endParts(open: OpenBlock): StreamPart[] {
  const at = { choice: 0, block: open.block } as const;
  switch (open.kind) {
    case 'text':
      return [{ type: 'text-end', ...at }];
    case 'json-answer': {
      const missing: StreamPart[] = open.hasArguments ? [] : [{ type: 'text-delta', ...at, text: '{}' }];
      return [...missing, { type: 'text-end', ...at }];
    }
    case 'reasoning':
      return [
        {
          type: 'reasoning-end',
          ...at,
          ...(open.signature !== '' && { signature: open.signature }),
          ...(open.redacted.length > 0 && { redactedData: joined(open.redacted) }),
        },
      ];
    case 'tool-call': {
      // A call without arguments streams no JSON at all, but clients of other wires parse the text: `{}` it is.
      const missing: StreamPart[] = open.hasArguments ? [] : [{ type: 'tool-call-delta', ...at, argumentsText: '{}' }];
      return [...missing, { type: 'tool-call-end', ...at }];
    }
  }
}

/** Each piece has its own padding. */
function joined(pieces: readonly string[]): string {
  const [only = '', ...others] = pieces;
  return others.length === 0
    ? only
    : Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64');
}

function indexOf(data: EventData): number {
  if (typeof data.contentBlockIndex !== 'number') throw new MalformedResponse('a content block event has no index');
  return data.contentBlockIndex;
}
