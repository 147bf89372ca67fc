import type { ProviderCall, ProviderResponseHead } from '../chat-adapter';

export interface AccessToken {
  readonly token: string;
  /** From the response on. */
  readonly lifetimeMs: number;
}

/** How one sign-in gets its tokens; pure, for one provider's token endpoint. */
export interface TokenGrant {
  /** Equal for grants that may share a token. Holds the secret: never logged. */
  readonly identity: string;
  readonly call: ProviderCall;
  /** Where every fetch says something else: an assertion with an end, a file that is written anew. @throws TokenReadError */
  callAt?(moment: GrantMoment): ProviderCall;
  /** @throws TokenReadError for whatever is not a token. */
  read(head: ProviderResponseHead, body: string, nowUnixMs: number): AccessToken;
}

/** What a fetch may look at. */
export interface GrantMoment {
  readonly nowUnixMs: number;
  /** @throws TokenReadError when the file cannot be read */
  readText(path: string): string;
}

/** Why a token endpoint gave no token, for people; holds no secret. */
export class TokenReadError extends Error {
  constructor(
    message: string,
    /** Whether the endpoint refuses these credentials, rather than failing by itself. */
    readonly isRefusal: boolean,
  ) {
    super(message);
    this.name = 'TokenReadError';
  }
}
