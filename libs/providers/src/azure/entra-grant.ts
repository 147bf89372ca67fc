import { type AccessToken, type ProviderResponseHead, type TokenGrant, TokenReadError } from '@gateway/provider-kit';

export interface EntraClient {
  readonly authority: URL;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** For answers that do not say how long their token lives. */
const USUAL_LIFETIME_S = 3_600;

/** The address of a sign-in host, written with or without its scheme; null when it is none. */
export function entraAuthority(host: string): URL | null {
  const text = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** OAuth 2.0 client credentials at Entra ID's v2.0 token endpoint. */
export function entraClientCredentials(client: EntraClient): TokenGrant {
  const url = client.authority;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
    scope: client.scope,
  }).toString();
  const path = `${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(client.tenantId)}/oauth2/v2.0/token`;
  return {
    identity: `${url.origin}${path}?${form}`,
    call: {
      origin: url.origin,
      path,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'user-agent': 'llm-gateway',
      },
      body: Buffer.from(form),
    },
    read: readToken,
  };
}

function readToken(head: ProviderResponseHead, body: string): AccessToken {
  const answer = parse(body);
  if (head.status !== 200)
    throw new TokenReadError(reasonOf(head.status, answer), head.status < 500 && head.status !== 429);
  const token = answer.access_token;
  // Whatever else is in there would be sent as a header.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new TokenReadError('an answer without a token', false);
  const lifetimeS = Number(answer.expires_in ?? USUAL_LIFETIME_S);
  return { token, lifetimeMs: (Number.isFinite(lifetimeS) && lifetimeS > 0 ? lifetimeS : USUAL_LIFETIME_S) * 1000 };
}

/** The code and its number: the sentences between them name tenants and applications. */
function reasonOf(status: number, answer: Readonly<Record<string, unknown>>): string {
  const code =
    typeof answer.error === 'string' && /^[a-z_]{1,60}$/.test(answer.error) ? answer.error : 'no reason given';
  const number = /AADSTS\d{1,10}/.exec(String(answer.error_description ?? ''))?.[0];
  return `status ${status}, ${code}${number ? ` (${number})` : ''}`;
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy's page: the status says what there is to say
  }
}
