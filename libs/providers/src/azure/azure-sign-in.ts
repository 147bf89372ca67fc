import type { ChosenSignIn, SignIn, SignInCredentials } from '../provider-entry';
import { isHeaderText } from '../token-header';
import { certificateAssertion, federatedAssertion } from './entra-assertions';
import { type EntraProof, entraAuthority, entraClientCredentials } from './entra-grant';
import { managedIdentityGrant } from './managed-identity';

type Named = Readonly<Record<string, string>>;

const PUBLIC_AUTHORITY = 'https://login.microsoftonline.com';
const PUBLIC_SCOPE = 'https://cognitiveservices.azure.com/.default';
const APPLICATION = ['tenant_id', 'client_id'] as const;
/** LiteLLM's word for a token that is read from a file. */
const TOKEN_FILE = 'oidc/file/';

/** The ways an application shows that it is the one, by Azure's names, each with the field that it takes; the first comes first. */
const PROOFS = {
  ClientSecretCredential: 'client_secret',
  CertificateCredential: 'client_certificate_path',
  WorkloadIdentityCredential: 'azure_federated_token_file',
} as const;
type Way = keyof typeof PROOFS | 'ManagedIdentityCredential';

/** Entra ID: a token from outside, the credentials of an application to get tokens with, or the machine's own identity. */
export const AZURE_SIGN_IN: SignIn = {
  variables: {
    azure_ad_token: 'AZURE_AD_TOKEN',
    tenant_id: 'AZURE_TENANT_ID',
    client_id: 'AZURE_CLIENT_ID',
    client_secret: 'AZURE_CLIENT_SECRET',
    client_certificate_path: 'AZURE_CLIENT_CERTIFICATE_PATH',
    client_certificate_password: 'AZURE_CLIENT_CERTIFICATE_PASSWORD',
    azure_federated_token_file: 'AZURE_FEDERATED_TOKEN_FILE',
    azure_credential: 'AZURE_CREDENTIAL',
    identity_endpoint: 'IDENTITY_ENDPOINT',
    identity_header: 'IDENTITY_HEADER',
    metadata_host: 'AZURE_POD_IDENTITY_AUTHORITY_HOST',
    azure_scope: 'AZURE_SCOPE',
    azure_authority_host: 'AZURE_AUTHORITY_HOST',
  },

  choose(credentials): ChosenSignIn {
    const { own, shared } = withTokenFile(credentials);
    // A deployment with an application of its own does not mean the token that lies in the environment.
    const namesClient = [...APPLICATION, ...Object.values(PROOFS), 'azure_credential'].some((name) => own[name]);
    const token = own.azure_ad_token ?? (namesClient ? undefined : shared.azure_ad_token);
    if (token) return isHeaderText(token) ? { type: 'token', token } : unusable('azure_ad_token is not a token');
    const given: Named = { ...shared, ...own };
    const way = wayOf(own, given);
    if (way !== null && typeof way !== 'string') return way;
    if (way === 'ManagedIdentityCredential') return asManagedIdentity(given);
    return asApplication(given, way);
  },
};

/** What the deployment has itself says how, then what it says of the way, then what there is for all. */
function wayOf(own: Named, given: Named): Way | ChosenSignIn | null {
  const said = given.azure_credential;
  if (said === 'ManagedIdentityCredential' || (said !== undefined && Object.hasOwn(PROOFS, said))) return said as Way;
  if (said !== undefined && said !== 'DefaultAzureCredential') {
    return unusable(
      `azure_credential: ${Object.keys(PROOFS).join(', ')}, ManagedIdentityCredential or DefaultAzureCredential`,
    );
  }
  const ways = Object.keys(PROOFS) as (keyof typeof PROOFS)[];
  const found = ways.find((way) => own[PROOFS[way]]) ?? ways.find((way) => given[PROOFS[way]]);
  if (found !== undefined) return found;
  return said !== undefined || (given.identity_endpoint && given.identity_header) ? 'ManagedIdentityCredential' : null;
}

function asApplication(given: Named, way: keyof typeof PROOFS | null): ChosenSignIn {
  const needed = [...APPLICATION, PROOFS[way ?? 'ClientSecretCredential']];
  const missing = needed.filter((name) => !given[name]);
  if (missing.length > 0) {
    return way === null && missing.length === needed.length ? { type: 'none' } : { type: 'incomplete', missing };
  }
  const authority = entraAuthority(given.azure_authority_host ?? PUBLIC_AUTHORITY);
  if (!authority) return unusable('AZURE_AUTHORITY_HOST is no address');
  const { tenant_id: tenantId = '', client_id: clientId = '' } = given;
  const application = { authority, tenantId, clientId, scope: given.azure_scope ?? PUBLIC_SCOPE };
  return { type: 'grant', grant: entraClientCredentials(application, proofOf(given, way)) };
}

function proofOf(given: Named, way: keyof typeof PROOFS | null): EntraProof {
  const { client_certificate_password: password, client_id: clientId = '' } = given;
  const field = given[PROOFS[way ?? 'ClientSecretCredential']] ?? '';
  if (way === 'WorkloadIdentityCredential') return { assertion: federatedAssertion(field) };
  if (way !== 'CertificateCredential') return { clientSecret: field };
  return { assertion: certificateAssertion({ path: field, clientId, ...(password && { password }) }) };
}

function asManagedIdentity(given: Named): ChosenSignIn {
  const { identity_endpoint: endpoint, identity_header: header, metadata_host: host, client_id: clientId } = given;
  const scope = given.azure_scope ?? PUBLIC_SCOPE;
  const chosen = { scope, ...(clientId && { clientId }) };
  if (endpoint && header) {
    if (!URL.canParse(endpoint) || !isHeaderText(header)) return unusable('IDENTITY_ENDPOINT is no address');
    const service = { endpoint: new URL(endpoint), header };
    return { type: 'grant', grant: managedIdentityGrant({ ...chosen, service }) };
  }
  const metadataHost = host ? entraAuthority(host) : undefined;
  if (metadataHost === null) return unusable('AZURE_POD_IDENTITY_AUTHORITY_HOST is no address');
  return { type: 'grant', grant: managedIdentityGrant({ ...chosen, ...(metadataHost && { metadataHost }) }) };
}

function withTokenFile({ own, shared }: SignInCredentials): SignInCredentials {
  const named = (given: Named): Named => {
    const { azure_ad_token: token, ...others } = given;
    return token?.startsWith(TOKEN_FILE)
      ? { ...others, azure_federated_token_file: token.slice(TOKEN_FILE.length) }
      : given;
  };
  return { own: named(own), shared: named(shared) };
}

function unusable(reason: string): ChosenSignIn {
  return { type: 'unusable', reason };
}
