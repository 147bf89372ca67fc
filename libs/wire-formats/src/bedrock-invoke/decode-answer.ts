import type { StreamPart, Usage } from '@gateway/domain';
import type { StreamDecoder } from '../chat-wire-codec';
import { MalformedResponse } from '../malformed-response';
import { parseEventData } from '../sse/parse-event-data';
import type { SseEvent } from '../sse/sse-event';
import { readChunk } from './read-chunk';
import { type AnswerPiece, readPiece } from './read-piece';

/** A whole answer of InvokeModel → parts. @throws MalformedResponse */
export function decodeResponse(body: unknown): StreamPart[] {
  const answer = new TextAnswer();
  return [...answer.push(readPiece(body)), ...answer.end()];
}

export function createStreamDecoder(): StreamDecoder {
  const answer = new TextAnswer();
  return {
    push(event: SseEvent) {
      const document = readChunk(event);
      return document === null ? [] : answer.push(readPiece(parseEventData(document.toString('utf8'))));
    },
    end: () => answer.end(),
  };
}

/** One text, from its pieces. Its model and its id are named nowhere. */
class TextAnswer {
  #hasStarted = false;
  #hasText = false;
  #hasFinished = false;
  #usage: Usage | null = null;

  push({ text, finishReason, usage }: AnswerPiece): StreamPart[] {
    if (this.#hasFinished && (text !== '' || finishReason !== null))
      throw new MalformedResponse('the answer went on after its end');
    this.#usage = usage ?? this.#usage;
    const parts: StreamPart[] = this.#start();
    if (text !== '') parts.push(...this.#say(text));
    if (finishReason === null) return parts;
    this.#hasFinished = true;
    if (this.#hasText) parts.push({ type: 'text-end', choice: 0, block: 0 });
    return [...parts, { type: 'finish', choice: 0, reason: finishReason }];
  }

  end(): StreamPart[] {
    if (!this.#hasFinished) throw new MalformedResponse('the answer does not say why it ended');
    return this.#usage === null ? [] : [{ type: 'usage', usage: this.#usage }];
  }

  #start(): StreamPart[] {
    if (this.#hasStarted) return [];
    this.#hasStarted = true;
    return [{ type: 'response-start', id: '', model: '', createdUnixS: 0 }];
  }

  #say(text: string): StreamPart[] {
    const opening: StreamPart[] = this.#hasText ? [] : [{ type: 'text-start', choice: 0, block: 0 }];
    this.#hasText = true;
    return [...opening, { type: 'text-delta', choice: 0, block: 0, text }];
  }
}
