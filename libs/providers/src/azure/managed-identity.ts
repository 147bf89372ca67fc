import type { TokenGrant } from '@gateway/provider-kit';
import { oauthAnswerReader } from '../oauth-grant';
import { entraReason } from './entra-grant';

/** Of virtual machines, at an address that only they themselves can reach. */
const METADATA_SERVICE = 'http://169.254.169.254';
const METADATA_VERSION = '2018-02-01';
const SERVICE_VERSION = '2019-08-01';

export interface ManagedIdentity {
  /** What App Service, Functions and Container Apps tell their programs. */
  readonly service?: { readonly endpoint: URL; readonly header: string };
  /** Of the metadata service, where another one stands in for it. */
  readonly metadataHost?: URL;
  /** Of an identity that was assigned; without it, the machine's own. */
  readonly clientId?: string;
  readonly scope: string;
}

/** Tokens of the machine the workers run on: nobody has a secret. From Microsoft's pages on managed identities. */
export function managedIdentityGrant({ service, metadataHost, clientId, scope }: ManagedIdentity): TokenGrant {
  const url = service?.endpoint ?? new URL('/metadata/identity/oauth2/token', metadataHost ?? METADATA_SERVICE);
  const query = new URLSearchParams(url.search);
  query.set('api-version', service ? SERVICE_VERSION : METADATA_VERSION);
  // Both endpoints name the resource, and not what of it.
  query.set('resource', scope.replace(/\/\.default$/, ''));
  if (clientId !== undefined) query.set('client_id', clientId);
  const path = `${url.pathname}?${query.toString()}`;
  const own: Record<string, string> = service ? { 'x-identity-header': service.header } : { metadata: 'true' };
  const headers = { accept: 'application/json', 'user-agent': 'llm-gateway', ...own };
  return {
    identity: `${url.origin}${path}&${JSON.stringify(headers)}`,
    call: { origin: url.origin, path, method: 'GET', headers, body: null },
    read: oauthAnswerReader(entraReason),
  };
}
