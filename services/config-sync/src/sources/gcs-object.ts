import type { GoogleAuth } from 'google-auth-library';
import { explainError, explainStatus } from './explain-failure';
import { download, type ObjectAnswer, type ReadLimits, type RemoteObject } from './object-store';

export interface GcsObjectOptions extends ReadLimits {
  readonly bucket: string;
  readonly key: string;
  /** Default: Google's own. */
  readonly endpoint?: string | undefined;
  /** An emulator does not want to know who asks. */
  readonly isAnonymous: boolean;
}

const ENDPOINT = 'https://storage.googleapis.com';
/** "OAuth 2.0 Scopes for Google APIs", Cloud Storage JSON API: reads and nothing else. */
const SCOPE = 'https://www.googleapis.com/auth/devstorage.read_only';
/** The library looks for a project otherwise, also by starting gcloud; nothing here needs one. */
const NO_PROJECT = '-';

/**
 * An object of Google Cloud Storage by its JSON API, with the default credentials of the machine. Tags are generations:
 * one call says whether there is a newer one, and gives it. Google's storage client would bring forty packages for that.
 */
export class GcsObject implements RemoteObject {
  private auth: GoogleAuth | null = null;
  private readonly closing = new AbortController();

  constructor(private readonly options: GcsObjectOptions) {}

  async read(knownTag: string | null): Promise<ObjectAnswer> {
    const { timeoutMs } = this.options;
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const headers = await withinTime(this.headers(), signal);
      return await this.answer(await fetch(this.url(knownTag), { headers, signal }));
    } catch (error) {
      return { kind: 'away', reason: explainError(error, timeoutMs) };
    }
  }

  close(): void {
    this.closing.abort();
  }

  private async answer({ status, body, headers }: Response): Promise<ObjectAnswer> {
    if (status === 200 && body !== null) {
      const length = Number(headers.get('content-length') ?? 0);
      const tag = headers.get('x-goog-generation') ?? '';
      return download({ body, cancel: () => body.cancel(), length, tag }, this.options.maxBytes);
    }
    await body?.cancel();
    return status === 304 ? { kind: 'unchanged' } : { kind: 'away', reason: explainStatus(status) };
  }

  private url(knownTag: string | null): string {
    const { bucket, key, endpoint } = this.options;
    const condition = knownTag ? `&ifGenerationNotMatch=${encodeURIComponent(knownTag)}` : '';
    const path = `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(key)}?alt=media${condition}`;
    return `${(endpoint ?? ENDPOINT).replace(/\/+$/, '')}${path}`;
  }

  private async headers(): Promise<Record<string, string>> {
    if (this.options.isAnonymous) return {};
    if (this.auth === null) {
      // Only who reads from Google's store loads its library.
      const { GoogleAuth: Auth } = await import('google-auth-library');
      this.auth = new Auth({ projectId: NO_PROJECT, scopes: [SCOPE] });
    }
    return { authorization: `Bearer ${(await this.auth.getAccessToken()) ?? ''}` };
  }
}

/** Rejects as the signal says when that comes first. */
async function withinTime<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let onAbort = (): void => undefined;
  const tooLate = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
