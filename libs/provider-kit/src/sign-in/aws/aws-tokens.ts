import { RenewedTokens, type TokenOutcome } from '../renewed-tokens';
import type { AwsCaller, AwsCredentials } from './aws-credentials';
import { type LoadedAwsCredentials, loadAwsCredentials } from './load-aws-credentials';

/** Files may be written anew: what has no end is looked up again after this long. */
const LIFETIME_WITHOUT_END_MS = 15 * 60_000;
/** No way of signing in takes longer, or it does not come to an end at all. */
const PATIENCE_MS = 20_000;
/** Where there were none, there may be some later: an SSO session, a role that was attached. */
const LOOK_AGAIN_MS = 15_000;

export interface AwsTokensOptions {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly unixMs: () => number;
  /** A timer that keeps no process alive. */
  readonly after: (delayMs: number, run: () => void) => void;
  /** Told when credentials turn out to be missing, or turn up. */
  readonly onAvailability: () => void;
  readonly load?: (caller: AwsCaller) => Promise<LoadedAwsCredentials>;
}

/** AWS credentials of one caller. They are looked for at once, in the background. */
export class AwsTokens extends RenewedTokens<AwsCredentials> {
  private reason: string | null = null;
  private isWanted = true;

  constructor(caller: AwsCaller, options: AwsTokensOptions) {
    const load = options.load ?? loadAwsCredentials;
    super((onOutcome) => void this.look(load(caller), options, onOutcome), options.nowMs);
    this.obtain(() => undefined);
  }

  /** Why there are no credentials, for people; null while there are some, or they are still being looked for. */
  get missing(): string | null {
    return this.reason;
  }

  /** No configuration names this caller any more; calls under way may use what there is. */
  close(): void {
    this.isWanted = false;
  }

  private async look(
    loading: Promise<LoadedAwsCredentials>,
    options: AwsTokensOptions,
    onOutcome: (outcome: TokenOutcome<AwsCredentials>) => void,
  ): Promise<void> {
    const outcome = await withinPatience(loading, options).then(
      ({ credentials, expiresAtUnixMs }): TokenOutcome<AwsCredentials> => ({
        token: credentials,
        lifetimeMs: expiresAtUnixMs === null ? LIFETIME_WITHOUT_END_MS : expiresAtUnixMs - options.unixMs(),
      }),
      (error: unknown): TokenOutcome<AwsCredentials> => ({
        failure: { class: 'auth', message: `no AWS credentials: ${reasonOf(error)}` },
      }),
    );
    onOutcome(outcome);
    this.note('failure' in outcome && this.current() === null ? outcome.failure.message : null, options);
  }

  private note(reason: string | null, options: AwsTokensOptions): void {
    if (reason !== null) options.after(LOOK_AGAIN_MS, () => this.isWanted && this.obtain(() => undefined));
    const hasChanged = (reason === null) !== (this.reason === null);
    this.reason = reason;
    if (hasChanged && this.isWanted) options.onAvailability();
  }
}

function withinPatience<Value>(loading: Promise<Value>, { after }: AwsTokensOptions): Promise<Value> {
  return new Promise((resolve, reject) => {
    after(PATIENCE_MS, () => reject(new Error('nobody answered in time')));
    loading.then(resolve, reject);
  });
}

/** The library's sentences name files, profiles and variables, no secrets; answers of AWS may quote a token. */
function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error('unknown');
  const isOfLibrary = name === 'CredentialsProviderError' || name === 'TokenProviderError' || name === 'Error';
  const sentence = message.split('\n')[0]?.slice(0, 200) ?? '';
  return isOfLibrary ? sentence : name;
}
