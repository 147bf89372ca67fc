import { X509Certificate } from 'node:crypto';
import { IssuedTokens } from '../server/issued-tokens';
import { type ExpectedAssertion, findAssertionFault } from './verify-assertion';

/** A tenant whose name ends so gets tokens of that lifetime: `tenant+lifetime-2s`. */
const LIFETIME = /\+lifetime-(\d+(?:\.\d+)?)s$/;
const USUAL_LIFETIME_S = 3_600;
/** Of the lifetime: as with real services, clocks may differ, and a token on its way when it ended is let in. */
const GRACE = 1;
/** How Entra ID names a wrong secret. */
const WRONG_SECRET = 'AADSTS7000215: Invalid client secret provided.';

export interface EntraAnswer {
  readonly status: number;
  readonly document: unknown;
}

/** The token endpoint of Entra ID and the memory of what it issued. */
export class EntraTokens {
  private readonly tokens: IssuedTokens;

  private readonly certificates = new Set<X509Certificate>();

  constructor(private readonly nowUnixMs: () => number) {
    this.tokens = new IssuedTokens('emulated-entra-token-', nowUnixMs);
  }

  trustCertificate(pem: string): void {
    this.certificates.add(new X509Certificate(pem));
  }

  /**
   * `POST /{tenant}/oauth2/v2.0/token` with client credentials: any secret but `invalid-secret`, any other provider's token
   * but `invalid-assertion`, or a token of one's own that a trusted certificate's key has signed.
   */
  issue(tenant: string, form: URLSearchParams): EntraAnswer {
    const proof = form.has('client_assertion') ? 'client_assertion_type' : 'client_secret';
    const missing = ['grant_type', 'client_id', proof, 'scope'].find((field) => !form.get(field));
    if (missing) return refusal(400, 'invalid_request', `AADSTS900144: The request body must contain '${missing}'.`);
    if (form.get('grant_type') !== 'client_credentials') {
      return refusal(400, 'unsupported_grant_type', 'AADSTS70003: The grant type is not supported.');
    }
    if (!form.get('scope')?.endsWith('/.default')) {
      return refusal(400, 'invalid_scope', 'AADSTS1002012: The scope must end in /.default.');
    }
    if (form.get('client_secret') === 'invalid-secret') return refusal(401, 'invalid_client', WRONG_SECRET);
    const assertion = form.get('client_assertion');
    const fault = assertion === null ? null : findAssertionFault(assertion, this.claimsOf(tenant, form));
    if (fault !== null) return refusal(401, 'invalid_client', fault);
    const { token, lifetimeS } = this.lend(tenant);
    const document = { token_type: 'Bearer', expires_in: lifetimeS, ext_expires_in: lifetimeS, access_token: token };
    return { status: 200, document };
  }

  /** To whomever: `name` may say for how long. */
  lend(name: string): { readonly token: string; readonly lifetimeS: number } {
    const lifetimeS = Number(LIFETIME.exec(name)?.[1] ?? USUAL_LIFETIME_S);
    return { token: this.tokens.issue(lifetimeS * (1 + GRACE)), lifetimeS };
  }

  private claimsOf(tenant: string, form: URLSearchParams): ExpectedAssertion {
    return {
      clientId: form.get('client_id') ?? '',
      path: `/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
      nowUnixMs: this.nowUnixMs(),
      certificates: [...this.certificates],
    };
  }

  isGood(token: string): boolean {
    return this.tokens.isGood(token);
  }
}

function refusal(status: number, error: string, description: string): EntraAnswer {
  return { status, document: { error, error_description: description, error_codes: [] } };
}
