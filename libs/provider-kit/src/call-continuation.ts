import type { ProviderCall, ProviderResponseHead } from './chat-adapter';

/**
 * For providers whose first answer is not yet the answer: work that is begun, asked after and fetched. Pure, like the
 * adapter that makes it; the HTTP client goes from step to step, and to the caller all of it is one call.
 */
export interface CallContinuation {
  /** What comes after a whole answer without an error status. @throws Error when it says nothing that can be gone on from */
  next(answer: CollectedAnswer): NextStep;
  /** Tells the provider that nobody waits any more, from its first answer; null where it is done already. */
  cancel(first: CollectedAnswer): ProviderCall | null;
}

export interface CollectedAnswer {
  readonly head: ProviderResponseHead;
  readonly body: Buffer;
  /** Answers before this one. */
  readonly number: number;
}

export type NextStep =
  /** This one is the answer, or these bytes are, with that content type. */
  | { readonly type: 'answer'; readonly contentType?: string; readonly body?: Buffer }
  /** Asked again after a while. */
  | { readonly type: 'ask'; readonly call: ProviderCall; readonly afterMs: number }
  /** That call's answer is passed on as it comes; with the answer of `afterwards`, if there is any, in bytes behind it. */
  | {
      readonly type: 'stream';
      readonly call: ProviderCall;
      /** Bytes before it. */
      readonly before: Buffer;
      readonly afterwards: ProviderCall;
      append(answer: Buffer): Buffer;
    };
