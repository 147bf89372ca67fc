import type { StreamPart } from '@gateway/domain';
import { decodeResponse as decodeCompletion } from '../openai-chat/decode-response';
import { refuseFailedFinish, refuseFailure } from './refuse-failure';

/** A whole answer, which is OpenAI's but for its head → parts. @throws as `ProviderWireCodec.decodeResponse` */
export function decodeResponse(body: unknown): StreamPart[] {
  refuseFailure(body);
  return refuseFailedFinish(decodeCompletion(body));
}
