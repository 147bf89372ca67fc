import type { ProviderFailure } from '@gateway/domain';

const MALFORMED = Symbol.for('gateway.MalformedResponse');
const STREAM_ERROR = Symbol.for('gateway.ProviderStreamError');

/** The provider answered something its wire does not allow. */
export class MalformedResponse extends Error {
  readonly [MALFORMED] = true;
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'MalformedResponse';
  }
}

export function isMalformedResponse(error: unknown): error is MalformedResponse {
  return typeof error === 'object' && error !== null && MALFORMED in error;
}

/** The provider reported an error inside a stream it had begun. */
export class ProviderStreamError extends Error {
  readonly [STREAM_ERROR] = true;
  constructor(readonly failure: ProviderFailure) {
    super(failure.message);
    this.name = 'ProviderStreamError';
  }
}

export function isProviderStreamError(error: unknown): error is ProviderStreamError {
  return typeof error === 'object' && error !== null && STREAM_ERROR in error;
}
