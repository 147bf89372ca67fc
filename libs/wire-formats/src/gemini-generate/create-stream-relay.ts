import type { FinishReason, Usage } from '@gateway/domain';
import type { RelayOptions, StreamRelay } from '../chat-wire-codec';
import { asBuffer } from '../json-bytes/as-buffer';
import { parseEventData } from '../sse/parse-event-data';
import { leadingDataStart, parseSseEvent } from '../sse/parse-sse-event';
import { AnswerObserver } from './answer-observer';
import { sseData } from './create-stream-encoder';
import { spliceModelVersion } from './splice-model-version';

export function createStreamRelay(options: RelayOptions): StreamRelay {
  return new GenerateStreamRelay(options.model);
}

const WITHHELD = new Uint8Array(0);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Every chunk is parsed: each has usage and may end a candidate, and one holds many tokens, so that parsing costs a
 * fraction of what it does on wires with a chunk per token. What goes on are the provider's bytes with our model's name.
 */
class GenerateStreamRelay implements StreamRelay {
  readonly #observer = new AnswerObserver();

  constructor(private readonly model: string) {}

  get hasContent(): boolean {
    return this.#observer.hasContent;
  }

  get isComplete(): boolean {
    return this.#observer.isComplete;
  }

  get usage(): Usage | null {
    return this.#observer.usage;
  }

  get finishReason(): FinishReason | null {
    return this.#observer.finishReason;
  }

  get generatedBytes(): number {
    return this.#observer.generatedBytes;
  }

  push(bytes: Uint8Array): Uint8Array {
    const event = asBuffer(bytes);
    const start = leadingDataStart(event);
    const end = endOfLine(event, start);
    if (start === -1 || hasMoreLines(event, end)) return this.#pushUncommon(event);
    this.#observer.take(parseEventData(event.toString('utf8', start, end)));
    return spliceModelVersion(event, [start, end], this.model);
  }

  /** Legal SSE of another shape: comments, named events, several data lines. */
  #pushUncommon(event: Buffer): Uint8Array {
    const parsed = parseSseEvent(event);
    if (parsed === null) return WITHHELD;
    const chunk = parseEventData(parsed.data);
    this.#observer.take(chunk);
    return Buffer.from(sseData(JSON.stringify({ ...chunk, modelVersion: this.model })));
  }
}

function endOfLine(event: Buffer, from: number): number {
  let end = from;
  while (end < event.length && event[end] !== LINE_FEED && event[end] !== CARRIAGE_RETURN) end += 1;
  return end;
}

function hasMoreLines(event: Buffer, end: number): boolean {
  for (let at = end; at < event.length; at += 1) {
    if (event[at] !== LINE_FEED && event[at] !== CARRIAGE_RETURN) return true;
  }
  return false;
}
