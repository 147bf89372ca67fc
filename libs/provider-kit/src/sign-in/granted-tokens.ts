import type { ProviderFailure } from '@gateway/domain';
import type { ProviderResponseHead } from '../chat-adapter';
import type { ProviderHttp, ResponseSink } from '../provider-http';
import { type TokenGrant, TokenReadError } from './token-grant';
import type { TokenSource } from './token-source';

const TIMEOUTS = { connectMs: 5_000, headMs: 10_000, idleMs: 5_000 };
const LARGEST_ANSWER_BYTES = 256 * 1024;
/** The next token is fetched so long before the end of this one: time for an endpoint that is away to come back. */
const EARLY_MS = 5 * 60_000;
/** A token is not used in its last moments: the call takes a while to arrive, and clocks differ. */
const SPARE_MS = 30_000;
/** Of short lives only these parts. */
const EARLY_PART = 0.2;
const SPARE_PART = 0.05;
/** After a failed renewal, or a token refused when it was new: what went wrong is not cured by asking at once. */
const PAUSE_MS = 10_000;

interface HeldToken {
  readonly token: string;
  readonly obtainedMs: number;
  readonly usableUntilMs: number;
}

export interface GrantedTokensOptions {
  readonly http: ProviderHttp;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

type OnDone = (failure: ProviderFailure | null) => void;

/** Tokens of one grant: one at hand, at most one call under way. */
export class GrantedTokens implements TokenSource {
  private held: HeldToken | null = null;
  private renewFromMs = 0;
  private waiting: OnDone[] | null = null;

  constructor(
    private readonly grant: TokenGrant,
    private readonly options: GrantedTokensOptions,
  ) {}

  current(): string | null {
    const { held } = this;
    if (held === null) return null;
    const nowMs = this.options.nowMs();
    if (nowMs >= held.usableUntilMs) return null;
    if (nowMs >= this.renewFromMs && this.waiting === null) this.fetch([]);
    return held.token;
  }

  obtain(onDone: OnDone): void {
    if (this.current() !== null) onDone(null);
    else if (this.waiting) this.waiting.push(onDone);
    else this.fetch([onDone]);
  }

  refuse(token: string): void {
    const isThisOne = this.held?.token === token;
    // Who refuses new tokens has another reason: fetching more of them would only burden the endpoint.
    if (isThisOne && this.held && this.options.nowMs() - this.held.obtainedMs >= PAUSE_MS) this.held = null;
  }

  private fetch(waiting: OnDone[]): void {
    this.waiting = waiting;
    const sink = new TokenSink(this.grant, (outcome) => this.onOutcome(outcome));
    this.options.http.call(this.grant.call, TIMEOUTS, sink);
  }

  private onOutcome(outcome: TokenOutcome): void {
    const nowMs = this.options.nowMs();
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

type TokenOutcome = { readonly token: string; readonly lifetimeMs: number } | { readonly failure: ProviderFailure };

/** Reads one answer of a token endpoint. */
class TokenSink implements ResponseSink {
  private head: ProviderResponseHead = { status: 0, headers: {} };
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly grant: TokenGrant,
    private readonly onOutcome: (outcome: TokenOutcome) => void,
  ) {}

  onHead(head: ProviderResponseHead): void {
    this.head = head;
  }

  onData(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= LARGEST_ANSWER_BYTES) this.chunks.push(chunk);
  }

  onEnd(): void {
    this.onOutcome(this.read());
  }

  onFailure(failure: ProviderFailure): void {
    // The model's provider heard nothing: whatever happened here, it was no interrupted answer.
    const message = `no token from ${this.grant.call.origin}: ${failure.message}`;
    this.onOutcome({ failure: { class: failure.class === 'timeout' ? 'timeout' : 'connect', message } });
  }

  private read(): TokenOutcome {
    try {
      return this.grant.read(this.head, Buffer.concat(this.chunks).toString('utf8'));
    } catch (error) {
      const isExpected = error instanceof TokenReadError;
      const reason = isExpected ? error.message : 'an answer nobody can read';
      const message = `no token from ${this.grant.call.origin}: ${reason}`;
      return { failure: { class: isExpected && error.isRefusal ? 'auth' : 'server-error', message } };
    }
  }
}
