import { estimateTokensFromBytes, type FinishReason, isRecord, type Usage } from '@gateway/domain';
import type { RelayOptions, StreamRelay } from '../chat-wire-codec';
import { asBuffer } from '../json-bytes/as-buffer';
import { MalformedResponse } from '../malformed-response';
import { parseEventData } from '../sse/parse-event-data';
import { parseSseEvent } from '../sse/parse-sse-event';
import { streamErrorOf } from './classify-stream-error';
import { decodeUsage, mergeUsage } from './convert-usage';
import { measureDelta } from './measure-delta';
import { type Frame, readFrame } from './read-frame';
import { membersNamed, spliceModel } from './splice-model';
import { sseEvent } from './sse-event-text';
import { finishReasonOf } from './stop-reason';

export function createStreamRelay(options: RelayOptions): StreamRelay {
  return new MessagesStreamRelay(options.model);
}

const WITHHELD = new Uint8Array(0);

/** Blocks whose content comes in deltas: their start alone commits to nothing. All others bring content at once. */
const BLOCKS_FILLED_BY_DELTAS: readonly unknown[] = ['text', 'thinking'];

/** Events that are acted on and so have to be parsed; the rest (`ping`, `content_block_stop`, new ones) just passes. */
const PARSED_EVENTS: ReadonlySet<string> = new Set([
  ...['message_start', 'message_delta', 'content_block_start', 'content_block_delta', 'error'],
]);

class MessagesStreamRelay implements StreamRelay {
  readonly #model: string;
  #usage: Record<string, unknown> | null = null;
  #isUsageFinal = false;
  hasContent = false;
  isComplete = false;
  finishReason: FinishReason | null = null;
  generatedBytes = 0;

  constructor(model: string) {
    this.#model = model;
  }

  /** Until `message_delta` has come, the output is our estimate: `message_start` counts the first token at most. */
  get usage(): Usage | null {
    if (this.#usage === null) return null;
    const usage = decodeUsage(this.#usage);
    if (this.#isUsageFinal) return usage;
    const completionTokens = Math.max(usage.completionTokens, estimateTokensFromBytes(this.generatedBytes));
    return { ...usage, completionTokens, estimated: true };
  }

  push(bytes: Uint8Array): Uint8Array {
    const event = asBuffer(bytes);
    const frame = readFrame(event);
    if (frame === null) return this.#pushUncommon(event);
    if (frame.name === 'content_block_delta') {
      const generatedBytes = measureDelta(event, frame);
      if (generatedBytes >= 0) {
        this.hasContent = true;
        this.generatedBytes += generatedBytes;
        return bytes;
      }
    }
    if (frame.name === 'message_stop') return this.#complete();
    if (!PARSED_EVENTS.has(frame.name)) return bytes;
    const data = parseEventData(event.toString('utf8', frame.dataStart, frame.dataEnd));
    return frame.name === 'message_start' ? this.#start(event, frame, data) : this.#act(frame.name, data, event);
  }

  /** Legal SSE of another shape: comments, several data lines, no event name (then the data's type counts). */
  #pushUncommon(event: Buffer): Uint8Array {
    const parsed = parseSseEvent(event);
    if (parsed === null) return event;
    if (parsed.event === 'message_stop') return this.#complete();
    if (parsed.event !== 'message' && !PARSED_EVENTS.has(parsed.event)) return event;
    const data = parseEventData(parsed.data);
    const name = parsed.event === 'message' ? String(data.type) : parsed.event;
    if (name === 'message_stop') return this.#complete();
    return name === 'message_start' ? this.#start(event, null, data) : this.#act(name, data, event);
  }

  #complete(): Uint8Array {
    this.isComplete = true;
    return WITHHELD;
  }

  #start(event: Buffer, frame: Frame | null, data: Record<string, unknown>): Uint8Array {
    const message = data.message;
    if (!isRecord(message)) throw new MalformedResponse('message_start has no message');
    this.#usage = mergeUsage({}, message.usage);
    if (frame === null) return Buffer.from(sseEvent('message_start', { message: { ...message, model: this.#model } }));
    const span = membersNamed(event, [frame.dataStart, frame.dataEnd], 'message').at(-1);
    return span === undefined ? event : spliceModel(event, span, this.#model);
  }

  #act(name: string, data: Record<string, unknown>, event: Buffer): Uint8Array {
    switch (name) {
      case 'error':
        throw streamErrorOf(data);
      case 'content_block_start':
        this.#takeBlockStart(data);
        break;
      case 'content_block_delta':
        this.#takeDelta(data);
        break;
      case 'message_delta':
        this.#takeMessageDelta(data);
    }
    return event;
  }

  #takeBlockStart(data: Record<string, unknown>): void {
    const block = data.content_block;
    if (!isRecord(block)) throw new MalformedResponse('content_block_start has no content_block');
    if (!BLOCKS_FILLED_BY_DELTAS.includes(block.type)) this.hasContent = true;
  }

  #takeDelta(data: Record<string, unknown>): void {
    const delta = data.delta;
    if (!isRecord(delta)) throw new MalformedResponse('content_block_delta has no delta');
    this.hasContent = true;
    const text = delta.text ?? delta.thinking ?? delta.partial_json;
    if (typeof text === 'string') this.generatedBytes += Buffer.byteLength(text);
  }

  #takeMessageDelta(data: Record<string, unknown>): void {
    if (isRecord(data.usage)) {
      this.#usage = mergeUsage(this.#usage ?? {}, data.usage);
      this.#isUsageFinal = true;
    }
    if (!isRecord(data.delta) || typeof data.delta.stop_reason !== 'string') return;
    this.finishReason = finishReasonOf(data.delta.stop_reason);
    this.hasContent = true;
  }
}
