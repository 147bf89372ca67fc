import type { ProviderFailure } from '@gateway/domain';
import type { ProviderResponseHead } from '../chat-adapter';
import { retryAfterMs } from '../failure/retry-after';

/** A question after work that the provider has begun, and that did not get its answer. */
export interface Setback {
  /** Never one that says there is nothing to pay: the work goes on, whatever becomes of a question after it. */
  readonly failure: ProviderFailure;
  /** How long to wait until the question is put again; null where that cures nothing. */
  readonly againAfterMs: number | null;
}

const PAUSE_MS = 500;

export function setbackOfStatus({ status, headers }: ProviderResponseHead): Setback {
  const message = `The provider answered ${status} when it was asked after work it had begun.`;
  const isPassing = status === 429 || status >= 500;
  return {
    failure: { class: 'interrupted', message, status },
    againAfterMs: isPassing ? Math.max(PAUSE_MS, retryAfterMs(headers) ?? 0) : null,
  };
}

export function setbackOfFailure(failure: ProviderFailure): Setback {
  // It has had all the time there is.
  if (failure.class === 'timeout') return { failure, againAfterMs: null };
  return { failure: { ...failure, class: 'interrupted' }, againAfterMs: PAUSE_MS };
}
