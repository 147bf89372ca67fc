import type { ChosenSignIn, SignIn } from '../provider-entry';
import { isHeaderText } from '../token-header';
import { entraAuthority, entraClientCredentials } from './entra-grant';

const PUBLIC_AUTHORITY = 'https://login.microsoftonline.com';
const PUBLIC_SCOPE = 'https://cognitiveservices.azure.com/.default';
const CLIENT = ['tenant_id', 'client_id', 'client_secret'] as const;

/** Entra ID: a token from outside, or the credentials of an application to get tokens with. */
export const AZURE_SIGN_IN: SignIn = {
  variables: {
    azure_ad_token: 'AZURE_AD_TOKEN',
    tenant_id: 'AZURE_TENANT_ID',
    client_id: 'AZURE_CLIENT_ID',
    client_secret: 'AZURE_CLIENT_SECRET',
    azure_scope: 'AZURE_SCOPE',
    azure_authority_host: 'AZURE_AUTHORITY_HOST',
  },

  choose({ own, shared }): ChosenSignIn {
    // A deployment with an application of its own does not mean the token that lies in the environment.
    const namesClient = CLIENT.some((name) => own[name] !== undefined);
    const token = own.azure_ad_token ?? (namesClient ? undefined : shared.azure_ad_token);
    if (token) return isHeaderText(token) ? { type: 'token', token } : unusable('azure_ad_token is not a token');
    const given: Readonly<Record<string, string>> = { ...shared, ...own };
    const { tenant_id: tenantId, client_id: clientId, client_secret: clientSecret } = given;
    if (!tenantId || !clientId || !clientSecret) {
      const missing = CLIENT.filter((name) => !given[name]);
      return missing.length === CLIENT.length ? { type: 'none' } : { type: 'incomplete', missing };
    }
    const authority = entraAuthority(given.azure_authority_host ?? PUBLIC_AUTHORITY);
    if (!authority) return unusable('AZURE_AUTHORITY_HOST is no address');
    const scope = given.azure_scope ?? PUBLIC_SCOPE;
    return { type: 'grant', grant: entraClientCredentials({ authority, tenantId, clientId, clientSecret, scope }) };
  },
};

function unusable(reason: string): ChosenSignIn {
  return { type: 'unusable', reason };
}
