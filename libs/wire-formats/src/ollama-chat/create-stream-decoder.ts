import type { StreamPart } from '@gateway/domain';
import type { StreamDecoder } from '../chat-wire-codec';
import { parseEventData } from '../sse/parse-event-data';
import { AnswerDecoder } from './answer-decoder';

/** A document a line; the one that is `done` ends the answer. */
export function createStreamDecoder(): StreamDecoder {
  const decoder = new AnswerDecoder();
  return {
    push: ({ data }): StreamPart[] => decoder.take(parseEventData(data)),
    end: () => decoder.end(),
  };
}
