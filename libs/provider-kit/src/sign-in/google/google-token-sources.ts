import { LookedUpTokenSources } from '../looked-up-token-sources';
import type { GoogleCaller } from './google-caller';
import { GoogleTokens, type GoogleTokensOptions } from './google-tokens';

/** The access tokens of a process for Google. */
export class GoogleTokenSources extends LookedUpTokenSources<GoogleCaller, GoogleTokens> {
  constructor(options: GoogleTokensOptions) {
    super((caller) => new GoogleTokens(caller, options));
  }
}
