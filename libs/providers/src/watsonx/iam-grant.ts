import type { TokenGrant } from '@gateway/provider-kit';
import { oauthGrant } from '../oauth-grant';

/** A token of IBM Cloud's IAM for an API key. */
export function iamGrant(endpoint: URL, apiKey: string): TokenGrant {
  return oauthGrant({
    origin: endpoint.origin,
    path: endpoint.pathname,
    form: { grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: apiKey },
    reasonIn: ({ errorCode }) =>
      typeof errorCode === 'string' && /^[A-Z0-9]{1,20}$/.test(errorCode) ? errorCode : 'no reason given',
  });
}
