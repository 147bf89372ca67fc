import { type FailureClass, type FinishReason, isRecord, type UnifiedFinishReason } from '@gateway/domain';
import { ProviderStreamError } from '../malformed-response';

const UNIFIED: ReadonlyMap<string, UnifiedFinishReason> = new Map([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop-sequence'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool-calls'],
  ['ERROR_TOXIC', 'content-filter'],
]);

/** Reasons that are no end of an answer but a failure. */
const FAILURES: ReadonlyMap<string, FailureClass> = new Map([
  ['ERROR', 'server-error'],
  ['ERROR_LIMIT', 'context-window'],
  ['TIMEOUT', 'timeout'],
]);

/** @throws ProviderStreamError when the reason is that the answer failed. */
export function finishReasonOf(raw: string): FinishReason {
  const failure = FAILURES.get(raw);
  if (failure !== undefined) throw failed(failure, raw);
  return { unified: UNIFIED.get(raw) ?? 'other', raw };
}

/** `message-end` may have a sentence instead of a reason; it is left out, since it may quote the prompt. */
export function refuseFailedEnd(delta: unknown): void {
  if (isRecord(delta) && typeof delta.error === 'string' && delta.error !== '') {
    const raw = typeof delta.finish_reason === 'string' ? delta.finish_reason : 'ERROR';
    throw failed(FAILURES.get(raw) ?? 'server-error', raw);
  }
}

function failed(failureClass: FailureClass, raw: string): ProviderStreamError {
  return new ProviderStreamError({
    class: failureClass,
    message: `The provider ended the answer with an error (${/^[A-Z_]{1,40}$/.test(raw) ? raw : 'unknown'}).`,
    providerCode: raw,
  });
}
