import type { ProviderFailure } from '@gateway/domain';

/** How far a call had come when its connection failed. */
export interface CallProgress {
  /** `waiting`: nothing sent yet; `sent`: the request is on the wire, no answer; `body`: the answer has begun. */
  readonly phase: 'waiting' | 'sent' | 'body';
  /** True when the request went out on a kept-alive connection that had served another call before. */
  readonly reusedConnection: boolean;
}

/**
 * Failures before a byte of ours left, by `error.code`. Only the code is told: a message may end up with a client, and
 * host names and addresses of private deployments are none of its business.
 */
const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the connection was reset while it was being opened',
  UND_ERR_INVALID_ARG: 'the call has a header or path that HTTP does not allow (check the key and api_base)',
  UND_ERR_DESTROYED: 'the gateway is shutting down',
  UND_ERR_CLOSED: 'the gateway is shutting down',
};

const TLS_CODE = /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/**
 * What a broken connection means. Only `connect` and `interrupted` come out of here: timeouts are ours to notice.
 *
 * A connection lost between request and answer is class `connect` although the request was sent. On a reused
 * connection that is nearly always the provider's idle close crossing our request on the wire, so nothing was run. On
 * a fresh one, or after some time, the provider may have worked on it, and providers that bill for aborted work may
 * bill it: chat calls have no idempotency key, so nobody can tell. Retrying is still right (the client has nothing
 * yet), but the message says so, for whoever compares the bills.
 */
export function transportFailure(error: Error, progress: CallProgress): ProviderFailure {
  const code = codeOf(error);
  if (progress.phase === 'body') {
    return failure('interrupted', 'The provider’s answer stopped before its end', code);
  }
  if (progress.phase === 'waiting') {
    const reason = CONNECT_REASONS[code] ?? (TLS_CODE.test(code) ? 'TLS failed' : 'the connection failed');
    return failure('connect', `Could not reach the provider: ${reason}`, code);
  }
  // Undici's parser error has its code only for some of its reasons.
  if (error.name === 'HTTPParserError') return failure('connect', 'The provider’s answer was not HTTP', code);
  const story = progress.reusedConnection
    ? 'The provider closed a kept-alive connection as the request was sent on it; most likely it never read it'
    : 'The provider closed the connection after the request was sent, before any answer; it may have run (and bill) it';
  return failure('connect', story, code);
}

/** Our own deadlines: no connection (or no free one) in time, no head in time, or silence inside the body. */
export function timeoutFailure(phase: CallProgress['phase'], limitMs: number): ProviderFailure {
  if (phase === 'waiting') {
    return { class: 'connect', message: `Could not reach the provider: no free connection within ${limitMs} ms.` };
  }
  if (phase === 'sent') return { class: 'timeout', message: `The provider did not answer within ${limitMs} ms.` };
  return { class: 'interrupted', message: `The provider fell silent for ${limitMs} ms in the middle of its answer.` };
}

function failure(kind: 'connect' | 'interrupted', story: string, code: string): ProviderFailure {
  return { class: kind, message: `${story} (${code}).` };
}

function codeOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'UNKNOWN';
}
