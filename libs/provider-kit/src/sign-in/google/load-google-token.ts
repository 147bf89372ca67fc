import { readFile } from 'node:fs/promises';
import type { JWTInput } from 'google-auth-library';
import type { LookedUpToken } from '../looked-up-tokens';
import type { GoogleCaller } from './google-caller';
import { GoogleSignInError } from './google-sign-in-error';

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];
/** The library looks for a project otherwise, also by starting gcloud; ours is configured. */
const NO_PROJECT = '-';
/** Where service accounts and users get their tokens unless their document says otherwise. */
const TOKEN_ENDPOINT = 'https://oauth2.googleapis.com/token';
const CALL_TIMEOUT_MS = 5_000;

/**
 * Gets an access token by Google's own library: service accounts, users, federated identities, impersonation, gcloud's
 * file and the metadata server. The library is only loaded when somebody needs it, and keeps no token: whoever asks
 * wants a new one.
 *
 * @throws GoogleSignInError when there is nothing to sign in with; otherwise the library's errors
 */
export async function loadGoogleToken(caller: GoogleCaller): Promise<LookedUpToken<string>> {
  const document = await readDocument(caller);
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({
    projectId: NO_PROJECT,
    scopes: SCOPES,
    clientOptions: clientOptions(document),
    ...(document && { credentials: document }),
  });
  const client = await auth.getClient();
  const { token } = await client.getAccessToken();
  // Whatever else is in there would be sent as a header.
  if (!token || !/^[\x21-\x7e]+$/.test(token)) throw new Error('an answer without a token');
  return { token, expiresAtUnixMs: client.credentials.expiry_date ?? null };
}

/** Of the library's kinds; it refuses others itself. */
interface CredentialDocument extends JWTInput {
  readonly token_uri?: string;
}

async function readDocument(caller: GoogleCaller): Promise<CredentialDocument | null> {
  if (caller.type === 'default') return null;
  const json = caller.type === 'document' ? caller.json : await readText(caller.path);
  return parseGoogleDocument(json);
}

/** @throws GoogleSignInError whose message quotes nothing: what is no document may be half of one. */
function parseGoogleDocument(json: string): CredentialDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new GoogleSignInError('the credentials are not JSON');
  }
  const isDocument = typeof parsed === 'object' && parsed !== null && 'type' in parsed;
  if (!isDocument) throw new GoogleSignInError('the credentials are not of a type that Google’s tools write');
  return parsed as CredentialDocument;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new GoogleSignInError(`the file ${path} cannot be read`);
  }
}

/** The library asks one endpoint for everybody; documents may name another (private connections, sovereign clouds). */
function clientOptions(document: CredentialDocument | null): object {
  const endpoint = document?.token_uri;
  const other = endpoint !== undefined && endpoint !== TOKEN_ENDPOINT ? endpoint : null;
  const fetchImplementation: typeof fetch = (input, init) =>
    fetch(other !== null && String(input) === TOKEN_ENDPOINT ? other : input, {
      ...init,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
  return {
    transporterOptions: { fetchImplementation },
    ...(other !== null && { additionalClaims: { aud: other } }),
  };
}
