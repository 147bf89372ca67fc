import { type FailureClass, isRecord } from '@gateway/domain';
import { ProviderStreamError } from '../malformed-response';

/**
 * Error types of Anthropic's API (`ErrorType` in @anthropic-ai/sdk 1.11.0, its error page for the statuses) → the
 * closed set. In a stream the HTTP status is long sent, so the type is all there is.
 */
const CLASS_BY_ERROR_TYPE: ReadonlyMap<string, FailureClass> = new Map([
  ['invalid_request_error', 'bad-request'],
  ['authentication_error', 'auth'],
  ['billing_error', 'quota-exhausted'],
  ['permission_error', 'auth'],
  ['not_found_error', 'model-not-found'],
  ['request_too_large', 'bad-request'],
  ['rate_limit_error', 'rate-limited'],
  ['timeout_error', 'timeout'],
  ['api_error', 'server-error'],
  ['overloaded_error', 'overloaded'],
]);

/** The API's wording when prompt and `max_tokens` do not fit, e.g. "prompt is too long: 210000 tokens > 200000 maximum". */
const CONTEXT_WINDOW_TEXT = /prompt is too long|exceed context limit/i;

/** An `error` event's data → what to throw. The provider's own text is left out: it may quote the prompt. */
export function streamErrorOf(data: unknown): ProviderStreamError {
  const error = isRecord(data) && isRecord(data.error) ? data.error : {};
  const type = typeof error.type === 'string' ? error.type : 'unknown';
  const text = typeof error.message === 'string' ? error.message : '';
  const failureClass = CLASS_BY_ERROR_TYPE.get(type) ?? 'server-error';
  const isContextWindow = failureClass === 'bad-request' && CONTEXT_WINDOW_TEXT.test(text);
  return new ProviderStreamError({
    class: isContextWindow ? 'context-window' : failureClass,
    message: `The provider ended the stream with an error (${type}).`,
    providerCode: type,
  });
}
