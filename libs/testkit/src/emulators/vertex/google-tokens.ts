import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import type { SignInAnswer } from '../server/vendor-wire';

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const USUAL_LIFETIME_S = 3_600;
/** An identity that contains it gets tokens of that lifetime: `name+lifetime-2s`. */
const LIFETIME = /\+lifetime-(\d+(?:\.\d+)?)s/;
/** Its tokens are refused after that time, whatever lifetime was said: `name+good-for-2s`. */
const GOOD_FOR = /\+good-for-(\d+(?:\.\d+)?)s/;
const TOKEN_MARK = 'ya29.emulated-';

export interface ServiceAccountDocument {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
  readonly token_uri: string;
}

/** Google's token endpoint, and the memory of what it issued. */
export class GoogleTokens {
  private readonly untilUnixMs = new Map<string, number>();
  private keys: { readonly pem: string; readonly publicKey: KeyObject } | null = null;
  private issued = 0;

  constructor(private readonly nowUnixMs: () => number) {}

  /** The document of a service account whose key this endpoint knows. */
  serviceAccount(name: string, origin: string): ServiceAccountDocument {
    return {
      type: 'service_account',
      project_id: 'emulated-project',
      private_key_id: 'emulated',
      private_key: this.keyPair().pem,
      client_email: `${name}@emulated-project.iam.gserviceaccount.com`,
      client_id: '1',
      token_uri: `${origin}/token`,
    };
  }

  /** `POST /token` for keys and users, `POST /v1/token` for federated identities. */
  issue(form: URLSearchParams): SignInAnswer {
    switch (form.get('grant_type')) {
      case JWT_GRANT:
        return this.grantByKey(form.get('assertion') ?? '');
      case 'refresh_token':
        return form.get('refresh_token') === 'invalid-refresh-token'
          ? refusal('invalid_grant', 'Token has been expired or revoked.')
          : this.grant(form.get('refresh_token') ?? '');
      case EXCHANGE_GRANT:
        return form.get('subject_token') === 'invalid-subject'
          ? refusal('invalid_grant', 'The subject token is not valid.')
          : this.grant(form.get('subject_token') ?? '');
      default:
        return refusal('unsupported_grant_type', 'Invalid grant_type');
    }
  }

  /** A token that was not issued here is somebody else's, and good unless it says otherwise. */
  isGood(token: string): boolean {
    if (!token.startsWith(TOKEN_MARK)) return token !== 'invalid-token';
    return (this.untilUnixMs.get(token) ?? 0) > this.nowUnixMs();
  }

  private grantByKey(assertion: string): SignInAnswer {
    const [head = '', payload = '', signature = ''] = assertion.split('.');
    const isSigned = verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${payload}`),
      this.keyPair().publicKey,
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return refusal('invalid_grant', 'Invalid JWT Signature.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
    const nowS = this.nowUnixMs() / 1000;
    const isTimely = Number(claims.iat) <= nowS + 60 && Number(claims.exp) > nowS;
    const isMeant = typeof claims.aud === 'string' && claims.aud.endsWith('/token') && claims.scope === SCOPE;
    return isTimely && isMeant ? this.grant(String(claims.iss)) : refusal('invalid_grant', 'Invalid JWT.');
  }

  private grant(identity: string): SignInAnswer {
    const lifetimeS = Number(LIFETIME.exec(identity)?.[1] ?? USUAL_LIFETIME_S);
    const goodForS = Number(GOOD_FOR.exec(identity)?.[1] ?? lifetimeS * 2);
    this.issued += 1;
    const token = `${TOKEN_MARK}${this.issued}`;
    this.untilUnixMs.set(token, this.nowUnixMs() + goodForS * 1000);
    const document = { access_token: token, expires_in: lifetimeS, token_type: 'Bearer' };
    return {
      status: 200,
      document: { ...document, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
    };
  }

  /** Made when first needed: it takes a while. */
  private keyPair() {
    if (this.keys === null) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      this.keys = { pem, publicKey: createPublicKey(privateKey) };
    }
    return this.keys;
  }
}

function refusal(error: string, description: string): SignInAnswer {
  return { status: 400, document: { error, error_description: description } };
}
