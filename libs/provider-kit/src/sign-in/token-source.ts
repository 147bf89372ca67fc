import type { ProviderFailure } from '@gateway/domain';

/** Tokens of one sign-in. Getting one takes a call; using the one at hand does not, so that the hot path stays synchronous. */
export interface TokenSource<Token = string> {
  /** The token for a call that begins now, or null: then `obtain` one. Has the next one fetched in good time. */
  current(): Token | null;
  /** Gets a token, with one call however many ask. `onDone` is called once: null when there is a current token. */
  obtain(onDone: (failure: ProviderFailure | null) => void): void;
  /** The provider refused this token: the next call is to have another one. */
  refuse(token: Token): void;
}

/** A token from the configuration: whoever wrote it renews it. */
export function fixedToken<Token>(token: Token): TokenSource<Token> {
  return { current: () => token, obtain: (onDone) => onDone(null), refuse: () => undefined };
}
