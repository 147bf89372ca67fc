import type { NanoUsd } from '@gateway/domain';

/** What a request cost, over all calls that were made for it. */
export interface AnswerTotal {
  /** Of the calls whose price is known. */
  readonly nanoUsd: NanoUsd;
  /** Some of what was used is our own count instead of a provider's. */
  readonly isEstimated: boolean;
  /** Nobody knows the price of some of the calls: the whole is unknown then. */
  readonly isUnpriced: boolean;
}

/** What an answer costs while it is written; null wherever nobody knows a price. */
export interface AnswerMeter {
  /** Of the prompt, by our own count. */
  readonly promptTokens: number;
  /** What the call was likely to cost before it was made. */
  readonly estimatedNanoUsd: NanoUsd | null;
  /** By our own count, when so many UTF-8 bytes have been generated; never falls. */
  soFarNanoUsd(generatedBytes: number): NanoUsd | null;
  /** Told before the end of the answer; null: nobody tells. */
  readonly total: AnswerTotal | null;
}
