import { isRecord } from '@gateway/domain';
import type { JsonAnswer } from '../request-json';
import { faultOfStatus, SecretReadError } from '../secret-read-error';
import type { StoreClock } from '../store/store-clock';
import { loginCall, type VaultLogin } from './vault-login';

/** A token is renewed after this part of its life, and left alone in its last part. */
const RENEW_AFTER = 0.6;
const USABLE_FOR = 0.95;
const RENEW_AGAIN_MS = 10_000;
const RENEWAL_TIMEOUT_MS = 10_000;

export interface VaultCall {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly token: string | null;
  readonly body?: object;
  readonly signal: AbortSignal;
}

export interface VaultSessionOptions {
  readonly login: VaultLogin;
  call(call: VaultCall): Promise<JsonAnswer>;
  readonly clock: StoreClock;
}

interface Held {
  readonly token: string;
  /** Infinity for one without an end. */
  readonly usableUntilMs: number;
}

/** The gateway's token at Vault: got by signing in, renewed in the background, got anew when it is over. */
export class VaultSession {
  private held: Held | null = null;
  private signingIn: Promise<string> | null = null;
  private cancelRenewal: () => void = () => {};

  constructor(private readonly options: VaultSessionOptions) {}

  /** @throws SecretReadError */
  token(signal: AbortSignal): Promise<string> {
    const { held } = this;
    if (held !== null && this.options.clock.nowMs() < held.usableUntilMs) return Promise.resolve(held.token);
    this.signingIn ??= this.signIn(signal).finally(() => {
      this.signingIn = null;
    });
    return this.signingIn;
  }

  /** Vault did not take it. True when another one may be had, so that asking again makes sense. */
  refuse(token: string): boolean {
    if (this.options.login.type === 'token') return false;
    if (this.held?.token === token) this.held = null;
    return true;
  }

  close(): void {
    this.cancelRenewal();
    this.held = null;
  }

  private async signIn(signal: AbortSignal): Promise<string> {
    const { login } = this.options;
    const call = await loginCall(login);
    if (call === null) return this.lookUpGiven(login.type === 'token' ? login.token : '', signal);
    const answer = await this.options.call({ ...call, method: 'POST', token: null, signal });
    if (answer.status === 400) throw new SecretReadError('refused', 'Vault did not let us sign in (400)');
    if (answer.status !== 200) throw faultOfStatus(answer.status, 'Vault');
    return this.hold(readAuth(answer.document), null);
  }

  /** How long a given token lives is asked once: it is renewed from then on. A policy may forbid asking; then it is only used. */
  private async lookUpGiven(token: string, signal: AbortSignal): Promise<string> {
    const { status, document } = await this.options.call({
      path: 'auth/token/lookup-self',
      method: 'GET',
      token,
      signal,
    });
    const data = status === 200 && isRecord(document) && isRecord(document.data) ? document.data : {};
    return this.hold({ token, leaseS: Number(data.ttl ?? 0), isRenewable: data.renewable === true }, token);
  }

  private hold({ token, leaseS, isRenewable }: VaultAuth, given: string | null): string {
    const { clock } = this.options;
    const lifetimeMs = leaseS > 0 ? leaseS * 1000 : Number.POSITIVE_INFINITY;
    // Of a given token there is no other: Vault itself says when it is over.
    const usableUntilMs = given === null ? clock.nowMs() + lifetimeMs * USABLE_FOR : Number.POSITIVE_INFINITY;
    this.held = { token, usableUntilMs };
    this.cancelRenewal();
    if (isRenewable && Number.isFinite(lifetimeMs)) this.renewAfter(lifetimeMs * RENEW_AFTER, token);
    return token;
  }

  private renewAfter(delayMs: number, token: string): void {
    this.cancelRenewal = this.options.clock.after(delayMs, () => void this.renew(token));
  }

  private async renew(token: string): Promise<void> {
    try {
      const { status, document } = await this.options.call({
        path: 'auth/token/renew-self',
        method: 'POST',
        token,
        body: {},
        signal: AbortSignal.timeout(RENEWAL_TIMEOUT_MS),
      });
      if (this.held?.token !== token) return;
      if (status === 200) {
        this.hold(readAuth(document), this.options.login.type === 'token' ? token : null);
      } else if (status >= 500 || status === 429) this.renewAfter(RENEW_AGAIN_MS, token);
      else this.refuse(token); // its longest life is over: who reads next signs in again
    } catch {
      if (this.held?.token === token) this.renewAfter(RENEW_AGAIN_MS, token); // told by the next read, if it is still so
    }
  }
}

interface VaultAuth {
  readonly token: string;
  readonly leaseS: number;
  readonly isRenewable: boolean;
}

function readAuth(document: unknown): VaultAuth {
  const auth = isRecord(document) && isRecord(document.auth) ? document.auth : {};
  if (typeof auth.client_token !== 'string' || !/^[\x21-\x7e]+$/.test(auth.client_token)) {
    throw new SecretReadError('unusable', 'Vault let us sign in, and gave no token');
  }
  return {
    token: auth.client_token,
    leaseS: Number(auth.lease_duration ?? 0),
    isRenewable: auth.renewable === true,
  };
}
