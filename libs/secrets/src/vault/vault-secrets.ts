import { readFile } from 'node:fs/promises';
import { isRecord } from '@gateway/domain';
import { type JsonAnswer, requestJson, type TlsFiles } from '../request-json';
import type { SecretBackend } from '../secret-backend';
import { faultOfStatus, SecretReadError } from '../secret-read-error';
import type { StoreClock } from '../store/store-clock';
import type { VaultLogin } from './vault-login';
import { type VaultCall, VaultSession } from './vault-session';

export interface VaultSecretsOptions {
  readonly address: string;
  readonly namespace: string | undefined;
  readonly mount: string;
  readonly pathPrefix: string | undefined;
  readonly kvVersion: '1' | '2';
  readonly login: VaultLogin;
  /** Paths of PEM files. */
  readonly tls: TlsFiles;
  readonly clock: StoreClock;
}

/** The key-value engine of HashiCorp Vault or OpenBao, by its HTTP interface. */
export class VaultSecrets implements SecretBackend {
  private readonly session: VaultSession;

  constructor(private readonly options: VaultSecretsOptions) {
    const { login, clock } = options;
    this.session = new VaultSession({ login, clock, call: (call) => this.call(call) });
  }

  async read(path: string, signal: AbortSignal): Promise<string> {
    const first = await this.session.token(signal);
    let answer = await this.get(path, first, signal);
    // The token may have been revoked; whether a policy forbids it instead, a new one shows.
    if (answer.status === 403 && this.session.refuse(first)) {
      answer = await this.get(path, await this.session.token(signal), signal);
    }
    if (answer.status !== 200) throw faultOfStatus(answer.status, 'Vault');
    return JSON.stringify(this.dataIn(answer.document));
  }

  close(): void {
    this.session.close();
  }

  private get(path: string, token: string, signal: AbortSignal): Promise<JsonAnswer> {
    const { mount, pathPrefix, kvVersion } = this.options;
    const parts = [mount, ...(kvVersion === '2' ? ['data'] : []), ...(pathPrefix ? [pathPrefix] : []), path];
    return this.call({ path: parts.join('/'), method: 'GET', token, signal });
  }

  /** Version 2 wraps what is kept together with its history. */
  private dataIn(document: unknown): object {
    const outer = isRecord(document) ? document.data : undefined;
    const data = this.options.kvVersion === '2' && isRecord(outer) ? outer.data : outer;
    if (!isRecord(data)) throw new SecretReadError('unusable', 'Vault answered without a value');
    return data;
  }

  private async call({ path, method, token, body, signal }: VaultCall): Promise<JsonAnswer> {
    const { address, namespace } = this.options;
    const tls = await this.readTls();
    return requestJson({
      url: `${address.replace(/\/+$/, '')}/v1/${path.split('/').map(encodeURIComponent).join('/')}`,
      method,
      headers: {
        // Vault's way against requests that somebody was tricked into.
        'x-vault-request': 'true',
        ...(token !== null && { 'x-vault-token': token }),
        ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
      },
      ...(body && { body }),
      from: 'Vault',
      signal,
      ...(tls && { tls }),
    });
  }

  /** Read for every call: certificates are exchanged, too. */
  private async readTls(): Promise<TlsFiles | undefined> {
    const paths = Object.entries(this.options.tls).filter(([, path]) => path !== undefined);
    if (paths.length === 0) return undefined;
    const files = paths.map(async ([name, path]: [string, string]) => [name, await readFile(path, 'utf8')] as const);
    return Object.fromEntries(
      await Promise.all(files).catch(() => {
        throw new SecretReadError('unusable', 'a file with certificates for Vault cannot be read');
      }),
    );
  }
}
