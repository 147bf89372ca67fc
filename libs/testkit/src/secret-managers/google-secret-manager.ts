import { GoogleTokens, type ServiceAccountDocument } from '../emulators/vertex/google-tokens';
import { type ManagerAnswer, type ManagerRequest, SecretManagerServer } from './secret-manager-server';

const ACCESS = /^\/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions\/([^/]+):access$/;

/** Google Secret Manager's `access`, and the token endpoint of service accounts. Secrets by name, or `name/versions/N`. */
export class GoogleSecretManager extends SecretManagerServer {
  readonly project = 'stand-in-project';
  private readonly tokens = new GoogleTokens(() => Date.now());

  /** Whoever signs with its key may read. */
  get serviceAccount(): ServiceAccountDocument {
    return this.tokens.serviceAccount('secrets', this.url);
  }

  protected answer({ method, path, headers, body }: ManagerRequest): ManagerAnswer {
    if (method === 'POST' && path === '/token') return this.signIn(new URLSearchParams(body));
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? 'invalid-token';
    if (!token.startsWith('ya29.') || !this.tokens.isGood(token)) return refusal(401, 'UNAUTHENTICATED');
    const [, project, name = '', version = ''] = ACCESS.exec(path) ?? [];
    if (project !== this.project) return refusal(403, 'PERMISSION_DENIED');
    const key = version === 'latest' ? name : `${name}/versions/${version}`;
    const value = this.take(key);
    if (value === undefined) return refusal(404, 'NOT_FOUND');
    return {
      status: 200,
      document: {
        name: `projects/1/secrets/${name}/versions/${version === 'latest' ? '1' : version}`,
        payload: { data: Buffer.from(value).toString('base64') },
      },
    };
  }

  private signIn(form: URLSearchParams): ManagerAnswer {
    const { status, document } = this.tokens.issue(form);
    return { status, document: document ?? {} };
  }
}

function refusal(code: number, status: string): ManagerAnswer {
  return { status: code, document: { error: { code, status, message: 'refused by the stand-in' } } };
}
