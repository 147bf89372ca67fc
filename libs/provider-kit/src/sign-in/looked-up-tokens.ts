import type { ProviderFailure } from '@gateway/domain';
import { RenewedTokens, type TokenOutcome } from './renewed-tokens';

/** Files may be written anew: what has no end is looked up again after this long. */
const LIFETIME_WITHOUT_END_MS = 15 * 60_000;
/** Where there were none, there may be some later: an SSO session, a role that was attached. */
const LOOK_AGAIN_MS = 15_000;

export interface LookUpOptions {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly unixMs: () => number;
  /** A timer that keeps no process alive. */
  readonly after: (delayMs: number, run: () => void) => void;
  /** Told when credentials turn out to be missing, or turn up. */
  readonly onAvailability: () => void;
}

export interface LookedUpToken<Token> {
  readonly token: Token;
  /** Null for one without an end. */
  readonly expiresAtUnixMs: number | null;
}

export interface TokenLookUp<Token> {
  /** No way of signing in takes longer, or it does not come to an end at all. */
  readonly patienceMs: number;
  load(): Promise<LookedUpToken<Token>>;
  /** `isMissing` where there is nothing to sign in with, so that nobody need be asked. */
  explain(error: unknown): { readonly failure: ProviderFailure; readonly isMissing: boolean };
}

/** Tokens that a vendor's own library finds for one caller. They are looked for at once, in the background. */
export class LookedUpTokens<Token> extends RenewedTokens<Token> {
  private reason: string | null = null;
  private isWanted = true;

  constructor(
    private readonly lookUp: TokenLookUp<Token>,
    private readonly options: LookUpOptions,
  ) {
    super((onOutcome) => void this.look(onOutcome), options.nowMs);
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

  private async look(onOutcome: (outcome: TokenOutcome<Token>) => void): Promise<void> {
    let missing: string | null = null;
    const outcome = await this.loadWithinPatience().then(
      ({ token, expiresAtUnixMs }): TokenOutcome<Token> => ({
        token,
        lifetimeMs: expiresAtUnixMs === null ? LIFETIME_WITHOUT_END_MS : expiresAtUnixMs - this.options.unixMs(),
      }),
      (error: unknown): TokenOutcome<Token> => {
        const { failure, isMissing } = this.lookUp.explain(error);
        if (isMissing) missing = failure.message;
        return { failure };
      },
    );
    onOutcome(outcome);
    this.note(this.current() === null ? missing : null);
  }

  private note(reason: string | null): void {
    const { after, onAvailability } = this.options;
    if (reason !== null) after(LOOK_AGAIN_MS, () => this.isWanted && this.obtain(() => undefined));
    const hasChanged = (reason === null) !== (this.reason === null);
    this.reason = reason;
    if (hasChanged && this.isWanted) onAvailability();
  }

  private loadWithinPatience(): Promise<LookedUpToken<Token>> {
    return new Promise((resolve, reject) => {
      this.options.after(this.lookUp.patienceMs, () => reject(tooLate()));
      this.lookUp.load().then(resolve, reject);
    });
  }
}

function tooLate(): Error {
  return Object.assign(new Error('nobody answered in time'), { code: 'ETIMEDOUT' });
}
