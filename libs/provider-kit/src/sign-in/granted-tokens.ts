import { readFileSync } from 'node:fs';
import type { ProviderFailure } from '@gateway/domain';
import type { ProviderCall, ProviderResponseHead } from '../chat-adapter';
import type { ProviderHttp, ResponseSink } from '../provider-http';
import { RenewedTokens, type TokenOutcome } from './renewed-tokens';
import { type TokenGrant, TokenReadError } from './token-grant';

const TIMEOUTS = { connectMs: 5_000, headMs: 10_000, idleMs: 5_000 };
const LARGEST_ANSWER_BYTES = 256 * 1024;

export interface GrantedTokensOptions {
  readonly http: ProviderHttp;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Default: the clock of the machine. */
  readonly unixMs?: () => number;
}

/** Tokens of one grant, each fetched by one HTTP call. */
export class GrantedTokens extends RenewedTokens<string> {
  constructor(grant: TokenGrant, { http, nowMs, unixMs = Date.now }: GrantedTokensOptions) {
    super((onOutcome) => {
      let call: ProviderCall;
      try {
        call = grant.callAt?.({ nowUnixMs: unixMs(), readText }) ?? grant.call;
      } catch (error) {
        onOutcome(failed(grant, error));
        return;
      }
      http.call(call, TIMEOUTS, new TokenSink({ grant, unixMs, onOutcome }));
    }, nowMs);
  }
}

/** Small, local, and once an hour at most. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    throw new TokenReadError(`${path} cannot be read (${String(code ?? 'unknown')})`, true);
  }
}

function failed({ call }: TokenGrant, error: unknown): { readonly failure: ProviderFailure } {
  const isExpected = error instanceof TokenReadError;
  const reason = isExpected ? error.message : 'an answer nobody can read';
  const message = `no token from ${call.origin}: ${reason}`;
  return { failure: { class: isExpected && error.isRefusal ? 'auth' : 'server-error', message } };
}

interface TokenFetch {
  readonly grant: TokenGrant;
  readonly unixMs: () => number;
  readonly onOutcome: (outcome: TokenOutcome<string>) => void;
}

/** Reads one answer of a token endpoint. */
class TokenSink implements ResponseSink {
  private head: ProviderResponseHead = { status: 0, headers: {} };
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly fetch: TokenFetch) {}

  onHead(head: ProviderResponseHead): void {
    this.head = head;
  }

  onData(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= LARGEST_ANSWER_BYTES) this.chunks.push(chunk);
  }

  onEnd(): void {
    this.fetch.onOutcome(this.read());
  }

  onFailure(failure: ProviderFailure): void {
    // The model's provider heard nothing: whatever happened here, it was no interrupted answer.
    const message = `no token from ${this.fetch.grant.call.origin}: ${failure.message}`;
    this.fetch.onOutcome({ failure: { class: failure.class === 'timeout' ? 'timeout' : 'connect', message } });
  }

  private read(): TokenOutcome<string> {
    const { grant, unixMs } = this.fetch;
    try {
      return grant.read(this.head, Buffer.concat(this.chunks).toString('utf8'), unixMs());
    } catch (error) {
      return failed(grant, error);
    }
  }
}
