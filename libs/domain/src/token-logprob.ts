/** How likely the model held a piece of text to be, as a natural logarithm. */
export interface Likelihood {
  readonly token: string;
  readonly logprob: number;
  /** The token's bytes in UTF-8 where the provider tells them; a token may be a part of a character. */
  readonly bytes?: readonly number[];
}

/** A token of an answer, and what else could have stood in its place, most likely first. */
export interface TokenLogprob extends Likelihood {
  readonly alternatives: readonly Likelihood[];
}
