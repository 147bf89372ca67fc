import { isRecord } from '@gateway/domain';
import type { RelayedResponse, RelayOptions } from '../chat-wire-codec';
import { asBuffer } from '../json-bytes/as-buffer';
import { MalformedResponse } from '../malformed-response';
import { AnswerObserver } from './answer-observer';
import { spliceModelVersion } from './splice-model-version';

/**
 * A whole answer's own bytes with our model's name.
 * @throws MalformedResponse; ProviderStreamError when it is an error under a 2xx status
 */
export function relayResponse(body: Uint8Array, options: RelayOptions): RelayedResponse {
  const json = asBuffer(body);
  const observer = new AnswerObserver();
  observer.take(parseAnswer(json));
  if (!observer.hasAnswer) throw new MalformedResponse('the answer has no candidates');
  return {
    bytes: spliceModelVersion(json, [0, json.length], options.model),
    usage: observer.usage,
    finishReason: observer.finishReason,
  };
}

function parseAnswer(json: Buffer): Record<string, unknown> {
  let answer: unknown;
  try {
    answer = JSON.parse(json.toString('utf8'));
  } catch (cause) {
    throw new MalformedResponse('the answer is not JSON', { cause });
  }
  if (!isRecord(answer)) throw new MalformedResponse('the answer is not an object');
  return answer;
}
