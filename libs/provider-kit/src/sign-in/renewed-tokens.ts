import type { ProviderFailure } from '@gateway/domain';
import type { TokenSource } from './token-source';

/** The next token is fetched so long before the end of this one: time for an endpoint that is away to come back. */
const EARLY_MS = 5 * 60_000;
/** A token is not used in its last moments: the call takes a while to arrive, and clocks differ. */
const SPARE_MS = 30_000;
/** Of short lives only these parts. */
const EARLY_PART = 0.2;
const SPARE_PART = 0.05;
/** After a failed renewal, or a token refused when it was new: what went wrong is not cured by asking at once. */
const PAUSE_MS = 10_000;

export type TokenOutcome<Token> =
  | { readonly token: Token; readonly lifetimeMs: number }
  | { readonly failure: ProviderFailure };

interface HeldToken<Token> {
  readonly token: Token;
  readonly obtainedMs: number;
  readonly usableUntilMs: number;
}

type OnDone = (failure: ProviderFailure | null) => void;

/** Tokens of one sign-in, wherever they come from: one at hand, at most one being fetched. */
export class RenewedTokens<Token> implements TokenSource<Token> {
  private held: HeldToken<Token> | null = null;
  private renewFromMs = 0;
  private waiting: OnDone[] | null = null;

  constructor(
    /** Calls back once, whatever happens. */
    private readonly fetchToken: (onOutcome: (outcome: TokenOutcome<Token>) => void) => void,
    /** Monotonic milliseconds. */
    private readonly nowMs: () => number,
  ) {}

  current(): Token | null {
    const { held } = this;
    if (held === null) return null;
    const nowMs = this.nowMs();
    if (nowMs >= held.usableUntilMs) return null;
    if (nowMs >= this.renewFromMs && this.waiting === null) this.fetch([]);
    return held.token;
  }

  obtain(onDone: OnDone): void {
    if (this.current() !== null) onDone(null);
    else if (this.waiting) this.waiting.push(onDone);
    else this.fetch([onDone]);
  }

  refuse(token: Token): void {
    const isThisOne = this.held?.token === token;
    // Who refuses new tokens has another reason: fetching more of them would only burden the endpoint.
    if (isThisOne && this.held && this.nowMs() - this.held.obtainedMs >= PAUSE_MS) this.held = null;
  }

  private fetch(waiting: OnDone[]): void {
    this.waiting = waiting;
    this.fetchToken((outcome) => this.onOutcome(outcome));
  }

  private onOutcome(outcome: TokenOutcome<Token>): void {
    const nowMs = this.nowMs();
    if ('failure' in outcome) {
      this.renewFromMs = nowMs + PAUSE_MS;
    } else {
      const { token, lifetimeMs } = outcome;
      const usableUntilMs = nowMs + lifetimeMs - Math.min(SPARE_MS, lifetimeMs * SPARE_PART);
      this.held = { token, obtainedMs: nowMs, usableUntilMs };
      this.renewFromMs = nowMs + lifetimeMs - Math.min(EARLY_MS, lifetimeMs * EARLY_PART);
    }
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const onDone of waiting) onDone('failure' in outcome ? outcome.failure : null);
  }
}
