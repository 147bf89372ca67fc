import type { ProviderFailure } from '@gateway/domain';
import type { ProviderResponseHead } from '../chat-adapter';
import type { ProviderHttp, ResponseSink } from '../provider-http';
import { RenewedTokens, type TokenOutcome } from './renewed-tokens';
import { type TokenGrant, TokenReadError } from './token-grant';

const TIMEOUTS = { connectMs: 5_000, headMs: 10_000, idleMs: 5_000 };
const LARGEST_ANSWER_BYTES = 256 * 1024;

export interface GrantedTokensOptions {
  readonly http: ProviderHttp;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Tokens of one grant, each fetched by one HTTP call. */
export class GrantedTokens extends RenewedTokens<string> {
  constructor(grant: TokenGrant, { http, nowMs }: GrantedTokensOptions) {
    super((onOutcome) => http.call(grant.call, TIMEOUTS, new TokenSink(grant, onOutcome)), nowMs);
  }
}

/** Reads one answer of a token endpoint. */
class TokenSink implements ResponseSink {
  private head: ProviderResponseHead = { status: 0, headers: {} };
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly grant: TokenGrant,
    private readonly onOutcome: (outcome: TokenOutcome<string>) => void,
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

  private read(): TokenOutcome<string> {
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
