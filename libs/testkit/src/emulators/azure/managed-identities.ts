import type { SignInAnswer, SignInRequest } from '../server/vendor-wire';
import type { EntraTokens } from './entra-tokens';

const METADATA_PATH = '/metadata/identity/oauth2/token';
const SERVICE_PATH = '/msi/token';
const SERVICE_HEADER = 'emulator-identity';

/**
 * Tokens for the machine itself, or for an identity that was assigned to it (any `client_id` but `unassigned`; `id+lifetime-2s`
 * for how long). The metadata service says how long one lives, App Service until when. Null for other paths.
 */
export function answerManagedIdentity(request: SignInRequest, tokens: EntraTokens): SignInAnswer | null {
  const { path, query, headers } = request;
  const isMetadata = path === METADATA_PATH;
  if (!isMetadata && path !== SERVICE_PATH) return null;
  const isAllowed = isMetadata ? headers.metadata === 'true' : headers['x-identity-header'] === SERVICE_HEADER;
  if (!isAllowed) return refusal(isMetadata ? 400 : 401, 'invalid_request', 'Required header not specified');
  const version = isMetadata ? '2018-02-01' : '2019-08-01';
  if (query.get('api-version') !== version) return refusal(400, 'invalid_request', 'api-version is not supported');
  const resource = query.get('resource') ?? '';
  if (!/^https:\/\/[a-z.]+\/?$/.test(resource))
    return refusal(400, 'invalid_resource', 'AADSTS500011: no such resource');
  const clientId = query.get('client_id') ?? 'system-assigned';
  if (clientId === 'unassigned') return refusal(400, 'invalid_request', 'Identity not found');
  const { token, lifetimeS } = tokens.lend(clientId);
  const expires_on = String(Math.floor(Date.now() / 1000) + lifetimeS);
  const document = { access_token: token, expires_on, resource, token_type: 'Bearer', client_id: clientId };
  return { status: 200, document: isMetadata ? { ...document, expires_in: String(lifetimeS) } : document };
}

function refusal(status: number, error: string, error_description: string): SignInAnswer {
  return { status, document: { error, error_description } };
}
