import type { StreamPart } from '@gateway/domain';
import type { StreamDecoder } from '../chat-wire-codec';
import { parseEventData } from '../sse/parse-event-data';
import type { SseEvent } from '../sse/sse-event';
import { AnswerDecoder } from './answer-decoder';

/** The wire has no terminator: the stream is over when the body is, and whole when every candidate said why. */
export function createStreamDecoder(): StreamDecoder {
  const decoder = new AnswerDecoder();
  return {
    push: (event: SseEvent): StreamPart[] => (event.data === '' ? [] : decoder.take(parseEventData(event.data))),
    end: () => decoder.end(),
  };
}
