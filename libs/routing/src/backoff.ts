import type { FailureClass } from '@gateway/domain';

export interface BackoffInput {
  readonly failure: FailureClass;
  /** Calls already made on this step, at least 1. */
  readonly callsMade: number;
  readonly baseMs: number;
  readonly capMs: number;
  readonly retryAfterMs?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Throttling needs longer pauses than a hiccup (reliability.md §1.7: 1 s base, 20 s cap). */
const THROTTLE_FACTOR = 10;

/**
 * Pause before the next call of the same deployment, in ms. The provider's own Retry-After wins. Otherwise exponential
 * with full jitter (AWS Builders' Library, "Timeouts, retries and backoff with jitter"); throttling takes equal jitter,
 * since full jitter may come out near zero and hit the limit again at once.
 */
export function backoffMs(input: BackoffInput): number {
  const { failure, callsMade, random } = input;
  if (input.retryAfterMs !== undefined) return input.retryAfterMs;
  const throttled = failure === 'rate-limited' || failure === 'overloaded';
  const factor = throttled ? THROTTLE_FACTOR : 1;
  const ceiling = Math.min(input.capMs * factor, input.baseMs * factor * 2 ** (callsMade - 1));
  return throttled ? ceiling / 2 + random() * (ceiling / 2) : random() * ceiling;
}
