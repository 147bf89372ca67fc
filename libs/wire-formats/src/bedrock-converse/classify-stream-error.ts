import { type FailureClass, isRecord } from '@gateway/domain';
import { ProviderStreamError } from '../malformed-response';

/** Exceptions a stream may hold, by their names without case and ending; in a stream there is no status to go by. */
const CLASS_OF_EXCEPTION: ReadonlyMap<string, FailureClass> = new Map([
  ['throttling', 'rate-limited'],
  ['servicequotaexceeded', 'quota-exhausted'],
  ['validation', 'bad-request'],
  ['accessdenied', 'auth'],
  ['expiredtoken', 'auth'],
  ['unrecognizedclient', 'auth'],
  ['resourcenotfound', 'model-not-found'],
  ['modelnotready', 'overloaded'],
  ['serviceunavailable', 'overloaded'],
  ['modeltimeout', 'timeout'],
]);

/** "Input is too long for requested model.", "prompt is too long: 210000 tokens > 200000 maximum". */
const CONTEXT_WINDOW_TEXT = /too long|context (?:window|length)|too many (?:input )?tokens/i;

/** An exception in a stream → what to throw. The provider's own text is left out: it may quote the prompt. */
export function streamErrorOf(name: string, payload: string): ProviderStreamError {
  const providerCode = /^[A-Za-z]{1,60}$/.test(name) ? name : 'unknown';
  const key = providerCode.toLowerCase().replace(/exception$/, '');
  const failureClass = CLASS_OF_EXCEPTION.get(key) ?? 'server-error';
  const isContextWindow = failureClass === 'bad-request' && CONTEXT_WINDOW_TEXT.test(messageIn(payload));
  return new ProviderStreamError({
    class: isContextWindow ? 'context-window' : failureClass,
    message: `The provider ended the stream with an error (${providerCode}).`,
    providerCode,
  });
}

function messageIn(payload: string): string {
  try {
    const document: unknown = JSON.parse(payload);
    return isRecord(document) ? String(document.message ?? document.Message ?? '') : '';
  } catch {
    return ''; // the exception's name says what there is to say
  }
}
