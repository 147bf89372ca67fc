import { isRecord } from '@gateway/domain';
import { MalformedResponse, type ProviderStreamError } from '../malformed-response';
import { streamErrorOf } from '../openai-chat/classify-error-event';

/** What a failed response, or an `error` event, says of itself: in `error`, or at the top level. */
export function errorOf(document: Readonly<Record<string, unknown>>): ProviderStreamError {
  const error = isRecord(document.error) ? document.error : document;
  // `type` at the top level is the event's own.
  const { type, ...rest } = error;
  return streamErrorOf(type === 'error' ? rest : error);
}

/**
 * A parsed answer → a response that is neither an error nor a failed one.
 * @throws MalformedResponse, ProviderStreamError
 */
export function usableResponse(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new MalformedResponse('the provider sent something that is not a response');
  if (value.status === 'failed' || value.status === 'cancelled' || isRecord(value.error)) throw errorOf(value);
  if (!Array.isArray(value.output)) throw new MalformedResponse('the provider sent a response without output');
  return value;
}
