/**
 * Why an attempt failed: a closed set. The provider kit classifies once; retry, fallback, health and error mapping are
 * tables over it, so nothing else compares statuses or error texts.
 */
export const FAILURE_CLASSES = [
  'connect', // no connection, or it broke before the response began: the provider cannot have billed
  'timeout', // no first token (or no response) in time
  'rate-limited', // 429 that a wait cures
  'quota-exhausted', // 429/402 that a wait does not cure: money or plan used up
  'overloaded', // 503/529: the provider asks for patience
  'server-error', // any other 5xx
  'auth', // the provider refuses our credentials
  'model-not-found', // the provider does not know the model or deployment
  'bad-request', // the request itself is wrong: no provider will take it
  'context-window', // the prompt does not fit
  'content-filter', // refused for its content
  'malformed-response', // 2xx that is not what the wire promises
  'interrupted', // the response stopped after it had begun
  'cancelled', // we stopped it: client gone, hedge lost, drain
  'deadline', // the request's own deadline passed
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** One failed attempt, as evidence: enough to explain, to retry and to answer the client. Holds no secret. */
export interface ProviderFailure {
  readonly class: FailureClass;
  /** One sentence for a person; provider text is included only after redaction. */
  readonly message: string;
  /** The provider's HTTP status, where there was one. */
  readonly status?: number;
  /** The provider's own error code or type. */
  readonly providerCode?: string;
  /** The request field the provider complained about. */
  readonly param?: string;
  readonly retryAfterMs?: number;
}
