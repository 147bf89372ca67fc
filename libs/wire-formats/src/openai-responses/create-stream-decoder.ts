import { isRecord, type StreamPart } from '@gateway/domain';
import type { StreamDecoder } from '../chat-wire-codec';
import { MalformedResponse } from '../malformed-response';
import { parseEventData } from '../sse/parse-event-data';
import type { SseEvent } from '../sse/sse-event';
import { decodeLogprobs } from '../token-logprobs';
import { decodeAnnotation } from './annotations';
import { errorOf, usableResponse } from './classify-failure';
import { ItemBlocks, responseEndOf, responseStartOf } from './decode-output';
import { openReasoning } from './sealed-reasoning';

type Fields = Readonly<Record<string, unknown>>;
type Kind = 'text' | 'refusal' | 'reasoning' | 'tool-call';

interface OpenBlock {
  readonly kind: Kind;
  readonly block: number;
  /** What it belongs to: a part of an item, or the item. */
  readonly place: string;
  /** Of reasoning: which paragraph is being said. */
  paragraph?: unknown;
}

const DELTAS: Readonly<Record<string, Kind>> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'refusal',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.reasoning_text.delta': 'reasoning',
  'response.function_call_arguments.delta': 'tool-call',
};

export function createStreamDecoder(): StreamDecoder {
  return new ResponsesStreamDecoder();
}

/** The wire writes item after item, so a block is closed when the next begins or its item is done. */
class ResponsesStreamDecoder implements StreamDecoder {
  private readonly blocks = new ItemBlocks();
  private parts: StreamPart[] = [];
  private current: OpenBlock | null = null;
  private isStarted = false;
  private isDone = false;
  private readonly seen = new Set<unknown>();

  push(event: SseEvent): StreamPart[] {
    if (this.isDone || event.data.trim() === '[DONE]') return [];
    const data = parseEventData(event.data);
    const type = typeof data.type === 'string' ? data.type : event.event;
    const kind = DELTAS[type];
    if (kind !== undefined) this.onDelta(kind, data);
    else this.onOther(type, data);
    return this.take();
  }

  end(): StreamPart[] {
    if (!this.isDone) throw new MalformedResponse('the stream ended before the provider said it was done');
    return this.take();
  }

  private onOther(type: string, data: Fields): void {
    switch (type) {
      case 'response.created':
        if (isRecord(data.response)) this.start(data.response);
        break;
      case 'response.output_item.added':
        if (isRecord(data.item) && data.item.type === 'function_call') this.openCall(data.item, data);
        break;
      case 'response.output_text.annotation.added':
        this.onAnnotation(data);
        break;
      case 'response.output_item.done':
        if (isRecord(data.item)) this.onItem(data.item, data);
        break;
      case 'response.completed':
      case 'response.incomplete':
        this.finish(usableResponse(data.response));
        break;
      case 'response.failed':
      case 'error':
        throw errorOf(isRecord(data.response) ? data.response : data);
      default:
        if (isRecord(data.error)) throw errorOf(data);
    }
  }

  private start(response: Fields): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.parts.push(responseStartOf(response));
  }

  private onDelta(kind: Kind, data: Fields): void {
    const text = typeof data.delta === 'string' ? data.delta : '';
    const logprobs = kind === 'text' ? decodeLogprobs(data.logprobs) : null;
    if (text === '' && logprobs === null) return;
    const block = this.blockFor(kind, data);
    const choice = 0;
    if (kind === 'reasoning' && this.beginsParagraph(data))
      this.parts.push({ type: 'reasoning-delta', choice, block, text: '\n\n' });
    if (kind === 'tool-call') this.parts.push({ type: 'tool-call-delta', choice, block, argumentsText: text });
    else this.parts.push({ type: `${kind}-delta`, choice, block, text, ...(logprobs && { logprobs }) });
  }

  private onAnnotation(data: Fields): void {
    const citation = decodeAnnotation(data.annotation);
    if (citation !== null)
      this.parts.push({ type: 'citation', choice: 0, block: this.blockFor('text', data), citation });
  }

  private beginsParagraph(data: Fields): boolean {
    const { current } = this;
    const number = data.summary_index ?? data.content_index;
    if (current === null || current.paragraph === number) return false;
    const isFirst = current.paragraph === undefined;
    current.paragraph = number;
    return !isFirst;
  }

  private blockFor(kind: Kind, data: Fields): number {
    const place = kind === 'tool-call' || kind === 'reasoning' ? `${data.output_index}` : partOf(data);
    if (this.current?.place === place && this.current.kind === kind) return this.current.block;
    if (kind === 'tool-call') throw new MalformedResponse('the provider sent arguments of a call it had not begun');
    this.close();
    this.seen.add(data.output_index);
    const block = this.blocks.open();
    this.current = { kind, block, place };
    this.parts.push({ type: `${kind}-start`, choice: 0, block });
    return block;
  }

  private openCall(item: Fields, data: Fields): void {
    this.close();
    if (typeof item.name !== 'string' || item.name === '')
      throw new MalformedResponse('the provider sent a tool call without a name');
    this.blocks.calledTool = true;
    this.seen.add(data.output_index);
    const block = this.blocks.open();
    this.current = { kind: 'tool-call', block, place: `${data.output_index}` };
    const id = typeof item.call_id === 'string' ? item.call_id : '';
    this.parts.push({ type: 'tool-call-start', choice: 0, block, id, name: item.name });
  }

  /** An item of which no piece was sent before (an empty message, sealed reasoning) is told as a whole. */
  private onItem(item: Fields, data: Fields): void {
    const { current } = this;
    if (current?.kind === 'reasoning' && item.type === 'reasoning') {
      const encrypted = typeof item.encrypted_content === 'string' ? item.encrypted_content : '';
      this.current = null;
      this.parts.push({ type: 'reasoning-end', choice: 0, block: current.block, ...openReasoning(encrypted) });
      return;
    }
    this.close();
    if (!this.seen.has(data.output_index)) this.parts.push(...this.blocks.take(item));
    this.seen.add(data.output_index);
  }

  private close(): void {
    const { current } = this;
    if (current === null) return;
    this.current = null;
    this.parts.push({ type: `${current.kind}-end`, choice: 0, block: current.block });
  }

  private finish(response: Fields): void {
    this.start(response);
    this.close();
    this.isDone = true;
    this.parts.push(...responseEndOf(response, this.blocks.calledTool));
  }

  private take(): StreamPart[] {
    const { parts } = this;
    this.parts = [];
    return parts;
  }
}

function partOf(data: Fields): string {
  return `${data.output_index}.${data.content_index}`;
}
