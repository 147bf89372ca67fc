import { randomBytes } from 'node:crypto';
import { type ManagerAnswer, type ManagerRequest, SecretManagerServer } from './secret-manager-server';

interface IssuedToken {
  readonly untilUnixMs: number;
  readonly leaseS: number;
}

const DENIED: ManagerAnswer = { status: 403, document: { errors: ['permission denied'] } };
const NOT_FOUND: ManagerAnswer = { status: 404, document: { errors: [] } };

/**
 * HashiCorp Vault as a client sees it: a key-value engine of either version below `secret`, tokens, AppRole and Kubernetes.
 * Secrets are JSON objects by their path.
 */
export class VaultServer extends SecretManagerServer {
  readonly rootToken = 'hvs.stand-in-root';
  readonly roleId = 'stand-in-role';
  readonly secretId = 'stand-in-secret-id';
  /** What service accounts show. */
  readonly kubernetesJwt = 'stand-in.service.account';
  /** Of tokens that are issued from now on. */
  leaseS = 3_600;
  isRenewable = true;
  /** Callers must name it. */
  namespace: string | null = null;
  kvVersion: 1 | 2 = 2;
  logins = 0;
  renewals = 0;
  private readonly issued = new Map<string, IssuedToken>();

  /** As an administrator may: whoever has one of them must sign in again. */
  revokeTokens(): void {
    this.issued.clear();
  }

  protected answer(request: ManagerRequest): ManagerAnswer {
    const { method, path, headers, body } = request;
    if (this.namespace !== null && headers['x-vault-namespace'] !== this.namespace) return NOT_FOUND;
    if (method === 'POST' && path.endsWith('/login')) return this.logIn(path, JSON.parse(body));
    const token = headers['x-vault-token'] ?? '';
    if (!this.isGood(token)) return DENIED;
    if (path === '/v1/auth/token/lookup-self') return this.describe(token);
    if (path === '/v1/auth/token/renew-self') return this.renew(token);
    return this.read(path);
  }

  private logIn(path: string, given: Readonly<Record<string, unknown>>): ManagerAnswer {
    this.logins += 1;
    const isGood =
      path === '/v1/auth/approle/login'
        ? given.role_id === this.roleId && given.secret_id === this.secretId
        : path === '/v1/auth/kubernetes/login' && given.role === this.roleId && given.jwt === this.kubernetesJwt;
    if (!isGood) return { status: 400, document: { errors: ['invalid role or secret ID'] } };
    return this.issue(`hvs.${randomBytes(12).toString('hex')}`);
  }

  private renew(token: string): ManagerAnswer {
    this.renewals += 1;
    if (token === this.rootToken || !this.isRenewable) return { status: 400, document: { errors: ['not renewable'] } };
    return this.issue(token);
  }

  private issue(token: string): ManagerAnswer {
    this.issued.set(token, { untilUnixMs: Date.now() + this.leaseS * 1000, leaseS: this.leaseS });
    const auth = { client_token: token, lease_duration: this.leaseS, renewable: this.isRenewable };
    return { status: 200, document: { auth } };
  }

  private describe(token: string): ManagerAnswer {
    const ttl = this.issued.get(token)?.leaseS ?? 0;
    return { status: 200, document: { data: { ttl, renewable: ttl > 0 && this.isRenewable } } };
  }

  private isGood(token: string): boolean {
    return token === this.rootToken || (this.issued.get(token)?.untilUnixMs ?? 0) > Date.now();
  }

  private read(path: string): ManagerAnswer {
    const root = this.kvVersion === 2 ? '/v1/secret/data/' : '/v1/secret/';
    const text = path.startsWith(root) ? this.take(path.slice(root.length)) : undefined;
    if (text === undefined) return NOT_FOUND;
    const data = JSON.parse(text) as object;
    return {
      status: 200,
      document: { data: this.kvVersion === 2 ? { data, metadata: { version: 1, destroyed: false } } : data },
    };
  }
}
