import type { TokenGrant } from '@gateway/provider-kit';
import { oauthGrant } from '../oauth-grant';

export interface EntraClient {
  readonly authority: URL;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** The address of a sign-in host, written with or without its scheme; null when it is none. */
export function entraAuthority(host: string): URL | null {
  const text = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** OAuth 2.0 client credentials at Entra ID's v2.0 token endpoint. */
export function entraClientCredentials(client: EntraClient): TokenGrant {
  const url = client.authority;
  return oauthGrant({
    origin: url.origin,
    path: `${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(client.tenantId)}/oauth2/v2.0/token`,
    form: {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
      scope: client.scope,
    },
    reasonIn,
  });
}

/** The code and its number: the sentences between them name tenants and applications. */
function reasonIn(answer: Readonly<Record<string, unknown>>): string {
  const code =
    typeof answer.error === 'string' && /^[a-z_]{1,60}$/.test(answer.error) ? answer.error : 'no reason given';
  const number = /AADSTS\d{1,10}/.exec(String(answer.error_description ?? ''))?.[0];
  return `${code}${number ? ` (${number})` : ''}`;
}
