import type { StreamPart } from '@gateway/domain';
import type { StreamDecoder } from '../chat-wire-codec';
import { createStreamDecoder as createChunkDecoder } from '../openai-chat/create-stream-decoder';
import { parseAnswer } from '../openai-chat/parse-answer';
import type { SseEvent } from '../sse/sse-event';
import { refuseFailedFinish, refuseFailure } from './refuse-failure';

/** Chunks are OpenAI's, in events called `message`; usage comes in the last one, unasked, and there is no `[DONE]`. */
export function createStreamDecoder(): StreamDecoder {
  const chunks = createChunkDecoder();
  return {
    push(event: SseEvent): StreamPart[] {
      if (event.event === 'close') return [];
      if (event.event === 'error' || event.data.startsWith('{"errors"')) refuseFailure(parseAnswer(event.data));
      return refuseFailedFinish(chunks.push(event));
    },
    end: () => refuseFailedFinish(chunks.end()),
  };
}
