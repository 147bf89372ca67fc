import { type FailureClass, isRecord } from '@gateway/domain';
import { ProviderStreamError } from '../malformed-response';

/** Canonical codes of google.rpc (google/rpc/code.proto) → the closed set. In a stream there is no status to go by. */
const CLASS_BY_STATUS: ReadonlyMap<string, FailureClass> = new Map([
  ['INVALID_ARGUMENT', 'bad-request'],
  ['OUT_OF_RANGE', 'bad-request'],
  ['FAILED_PRECONDITION', 'auth'],
  ['UNAUTHENTICATED', 'auth'],
  ['PERMISSION_DENIED', 'auth'],
  ['NOT_FOUND', 'model-not-found'],
  ['RESOURCE_EXHAUSTED', 'rate-limited'],
  ['UNAVAILABLE', 'overloaded'],
  ['DEADLINE_EXCEEDED', 'timeout'],
]);

/** "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)." */
const CONTEXT_WINDOW_TEXT = /exceeds the maximum number of tokens/i;

/** An event that is an error → what to throw. The provider's own text is left out: it may quote the prompt. */
export function streamErrorOf(chunk: Readonly<Record<string, unknown>>): ProviderStreamError {
  const error = isRecord(chunk.error) ? chunk.error : {};
  const status = typeof error.status === 'string' && /^[A-Z_]{1,40}$/.test(error.status) ? error.status : 'UNKNOWN';
  const failureClass = CLASS_BY_STATUS.get(status) ?? 'server-error';
  const isContextWindow =
    failureClass === 'bad-request' && typeof error.message === 'string' && CONTEXT_WINDOW_TEXT.test(error.message);
  return new ProviderStreamError({
    class: isContextWindow ? 'context-window' : failureClass,
    message: `The provider ended the stream with an error (${status}).`,
    providerCode: status,
  });
}
