import type { TokenGrant } from '@gateway/provider-kit';
import { type OauthGrant, oauthGrant } from '../oauth-grant';

/** An application of a tenant, and what the token is for. */
export interface EntraApplication {
  readonly authority: URL;
  readonly tenantId: string;
  readonly clientId: string;
  readonly scope: string;
}

/** How an application shows that it is the one. */
export type EntraProof = { readonly clientSecret: string } | { readonly assertion: EntraAssertion };

/** A token instead of the secret, made or read anew for every sign-in. */
export interface EntraAssertion {
  /** Of the key or the file that it comes from. */
  readonly identity: string;
  /** `audience` is the token endpoint. @throws TokenReadError */
  make(moment: Parameters<NonNullable<OauthGrant['formAt']>['fields']>[0], audience: string): string;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The address of a sign-in host, written with or without its scheme; null when it is none. */
export function entraAuthority(host: string): URL | null {
  const text = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** OAuth 2.0 client credentials at Entra ID's v2.0 token endpoint. */
export function entraClientCredentials(application: EntraApplication, proof: EntraProof): TokenGrant {
  const { authority, tenantId, clientId, scope } = application;
  const path = `${authority.pathname.replace(/\/+$/, '')}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  const form = { grant_type: 'client_credentials', client_id: clientId, scope };
  const endpoint = { origin: authority.origin, path, reasonIn: entraReason };
  if ('clientSecret' in proof) return oauthGrant({ ...endpoint, form: { ...form, client_secret: proof.clientSecret } });
  const { assertion } = proof;
  return oauthGrant({
    ...endpoint,
    form: { ...form, client_assertion_type: ASSERTION_TYPE },
    formAt: {
      identity: assertion.identity,
      fields: (moment) => ({ client_assertion: assertion.make(moment, authority.origin + path) }),
    },
  });
}

/** The code and its number: the sentences between them name tenants and applications. */
export function entraReason(answer: Readonly<Record<string, unknown>>): string {
  const code =
    typeof answer.error === 'string' && /^[a-z_]{1,60}$/.test(answer.error) ? answer.error : 'no reason given';
  const number = /AADSTS\d{1,10}/.exec(String(answer.error_description ?? ''))?.[0];
  return `${code}${number ? ` (${number})` : ''}`;
}
