import { isRecord } from '@gateway/domain';
import type { TokenSource } from '@gateway/provider-kit';
import { requestJson } from '../request-json';
import type { SecretBackend } from '../secret-backend';
import { faultOfStatus, SecretReadError } from '../secret-read-error';

const FROM = 'Google Secret Manager';

export interface GoogleSecretsOptions {
  readonly url: string;
  /** Of names without one. */
  readonly project: string | undefined;
  /** Asked for when first needed. */
  readonly tokens: () => TokenSource;
}

/** Google Secret Manager by its REST interface: `…/secrets/NAME/versions/VERSION:access`. */
export class GoogleSecrets implements SecretBackend {
  constructor(private readonly options: GoogleSecretsOptions) {}

  async read(name: string, signal: AbortSignal): Promise<string> {
    const path = this.pathOf(name);
    const token = await this.token(signal);
    const { status, document } = await requestJson({
      url: `${this.options.url.replace(/\/+$/, '')}/v1/${path}:access`,
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
      from: FROM,
      signal,
    });
    if (status === 401) this.options.tokens().refuse(token);
    // A version that was disabled or destroyed is a failed precondition.
    if (status === 400) throw new SecretReadError('absent', `${FROM} has no such version that could be read`);
    if (status !== 200) throw faultOfStatus(status, FROM);
    const data = isRecord(document) && isRecord(document.payload) ? document.payload.data : undefined;
    if (typeof data !== 'string') throw new SecretReadError('unusable', `${FROM} answered without a value`);
    return Buffer.from(data, 'base64').toString('utf8');
  }

  private pathOf(name: string): string {
    const { project } = this.options;
    const withVersion = name.includes('/versions/') ? name : `${name}/versions/latest`;
    if (name.startsWith('projects/')) return withVersion;
    if (project === undefined) throw new SecretReadError('unusable', 'GOOGLE_SECRET_MANAGER_PROJECT_ID is not set');
    return `projects/${project}/secrets/${withVersion}`;
  }

  private token(signal: AbortSignal): Promise<string> {
    const tokens = this.options.tokens();
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () =>
        reject(new SecretReadError('unreachable', 'Google gave no token in time')),
      );
      tokens.obtain((failure) => {
        const token = tokens.current();
        if (token !== null) resolve(token);
        else reject(new SecretReadError('refused', failure?.message ?? 'Google gave no token'));
      });
    });
  }
}
