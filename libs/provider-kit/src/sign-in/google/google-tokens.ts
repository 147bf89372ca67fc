import { type LookedUpToken, LookedUpTokens, type LookUpOptions } from '../looked-up-tokens';
import { explainGoogleError } from './explain-google-error';
import type { GoogleCaller } from './google-caller';
import { loadGoogleToken } from './load-google-token';

/** Requests wait for it: without a metadata server there is nobody to say no. */
const METADATA_PATIENCE_MS = 2_000;
const PATIENCE_MS = 15_000;

export interface GoogleTokensOptions extends LookUpOptions {
  readonly load?: (caller: GoogleCaller) => Promise<LookedUpToken<string>>;
}

/** OAuth access tokens of one caller of Google. */
export class GoogleTokens extends LookedUpTokens<string> {
  constructor(caller: GoogleCaller, options: GoogleTokensOptions) {
    const load = options.load ?? loadGoogleToken;
    const isDefault = caller.type === 'default';
    super(
      {
        patienceMs: isDefault ? METADATA_PATIENCE_MS : PATIENCE_MS,
        load: () => load(caller),
        explain: (error) => explainGoogleError(error, isDefault),
      },
      options,
    );
  }
}
