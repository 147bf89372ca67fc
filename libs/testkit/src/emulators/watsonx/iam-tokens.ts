import { IssuedTokens } from '../server/issued-tokens';
import type { SignInAnswer } from '../server/vendor-wire';

const GRANT = 'urn:ibm:params:oauth:grant-type:apikey';
/** A key whose name ends so gets tokens of that lifetime: `key+lifetime-2s`. */
const LIFETIME = /\+lifetime-(\d+(?:\.\d+)?)s$/;
/** Its tokens are refused after that time, whatever lifetime was said: `key+good-for-2s`. */
const GOOD_FOR = /\+good-for-(\d+(?:\.\d+)?)s$/;
const USUAL_LIFETIME_S = 3_600;
/** IBM's client reads a token's times from inside: it must be a JWT. */
const JWT_HEAD = `${base64Url({ kid: 'emulated', alg: 'none' })}.`;

/** IBM Cloud's IAM: `POST /identity/token` trades keys for tokens. Any key but `invalid-key` is right. */
export class IamTokens {
  private readonly tokens: IssuedTokens;

  constructor(nowUnixMs: () => number) {
    this.tokens = new IssuedTokens(JWT_HEAD, nowUnixMs);
  }

  issue(form: URLSearchParams): SignInAnswer {
    if (form.get('grant_type') !== GRANT) return refusal('BXNIM0106E', "Property 'grant_type' is not valid.");
    const key = form.get('apikey') ?? '';
    if (key === '' || key === 'invalid-key') return refusal('BXNIM0415E', 'Provided API key could not be found.');
    const lifetimeS = Number(LIFETIME.exec(key)?.[1] ?? USUAL_LIFETIME_S);
    const goodForS = Number(GOOD_FOR.exec(key)?.[1] ?? lifetimeS * 2);
    const iat = Math.floor(Date.now() / 1000);
    const exp = iat + Math.ceil(lifetimeS);
    const document = {
      access_token: this.tokens.issue(goodForS, (jti) => `${base64Url({ jti, iat, exp })}.unsigned`),
      refresh_token: 'not_supported',
      token_type: 'Bearer',
      expires_in: lifetimeS,
      expiration: exp,
      scope: 'ibm openid',
    };
    return { status: 200, document };
  }

  isGood(token: string): boolean {
    return this.tokens.isGood(token);
  }
}

function refusal(errorCode: string, errorMessage: string): SignInAnswer {
  return { status: 400, document: { errorCode, errorMessage, context: { requestId: 'emulated' } } };
}

function base64Url(document: object): string {
  return Buffer.from(JSON.stringify(document)).toString('base64url');
}
