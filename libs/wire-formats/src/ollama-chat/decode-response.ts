import { isRecord, type StreamPart } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { AnswerDecoder } from './answer-decoder';

/**
 * A whole answer is a stream of one document.
 * @throws MalformedResponse; ProviderStreamError when it is an error
 */
export function decodeResponse(body: unknown): StreamPart[] {
  if (!isRecord(body)) throw new MalformedResponse('the answer is not an object');
  const decoder = new AnswerDecoder();
  return [...decoder.take(body), ...decoder.end()];
}
