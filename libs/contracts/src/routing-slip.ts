import type { FailureClass } from '@gateway/domain';

/** One deployment to try, with everything a worker needs to know about how hard to try. Times in milliseconds. */
export interface SlipStep {
  readonly deployment: string;
  readonly pool: string;
  /** The model's name at the provider, wildcards already filled in. */
  readonly providerModel: string;
  /** From the start of an attempt to its first content, streamed or not. */
  readonly firstTokenTimeoutMs: number;
  /** Longest silence between two pieces of a stream. */
  readonly idleTimeoutMs: number;
  /** Calls to make here before the next step, at least 1. */
  readonly maxAttempts: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
}

/** What happened to one attempt that failed; kept on the slip so that the answer can explain itself. */
export interface AttemptNote {
  readonly attempt: number;
  /** Index into `steps`. */
  readonly step: number;
  readonly deployment: string;
  readonly failure: FailureClass;
  readonly message: string;
  readonly status?: number;
}

/** The itinerary of one request. Never changed in place: advancing it gives a new slip. */
export interface RoutingSlip {
  readonly steps: readonly SlipStep[];
  readonly cursor: number;
  readonly attempts: readonly AttemptNote[];
  /** Configuration version the plan was made from. */
  readonly policyVersion: string;
  /** Why the first step is first, in words for `explain` and logs. */
  readonly reason: string;
}
