import { isRecord, type ProviderFailure } from '@gateway/domain';
import { GoogleSignInError } from './google-sign-in-error';

const NOWHERE =
  'vertex_credentials (or VERTEXAI_CREDENTIALS or GOOGLE_APPLICATION_CREDENTIALS) is not set, and the machine has none';
/** How the library says that neither gcloud's file nor a metadata server is there. */
const NONE_FOUND = 'Could not load the default credentials';

export interface ExplainedSignIn {
  readonly failure: ProviderFailure;
  readonly isMissing: boolean;
}

/** What went wrong when Google was asked for a token. Answers are told by their status and code only: they may quote secrets. */
export function explainGoogleError(error: unknown, isDefault: boolean): ExplainedSignIn {
  const { message, code, status, said, isOfNetwork } = readError(error);
  if (error instanceof GoogleSignInError) return missing(message);
  // On a machine without a metadata server there is often silence instead of a refusal.
  if (message.startsWith(NONE_FOUND) || (isDefault && status === null)) return missing(NOWHERE);
  if (status !== null) {
    const isRefusal = status < 500 && status !== 429;
    return failed(isRefusal ? 'auth' : 'server-error', `status ${status}, ${said ?? 'no reason given'}`);
  }
  if (code.startsWith('ERR_OSSL')) return failed('auth', 'the private key cannot be used');
  // What the library itself finds wrong with a document has no code.
  return code === '' && !isOfNetwork
    ? failed('auth', 'the credentials are not complete')
    : failed('connect', 'the token endpoint could not be reached');
}

function missing(reason: string): ExplainedSignIn {
  return { failure: { class: 'auth', message: `no Google credentials: ${reason}` }, isMissing: true };
}

function failed(failureClass: 'auth' | 'server-error' | 'connect', reason: string): ExplainedSignIn {
  return { failure: { class: failureClass, message: `no token from Google: ${reason}` }, isMissing: false };
}

interface ReadError {
  readonly message: string;
  readonly code: string;
  readonly status: number | null;
  /** Of the HTTP client, which says what was asked for, and does not always say a code. */
  readonly isOfNetwork: boolean;
  /** OAuth's word for it. */
  readonly said: string | null;
}

function readError(error: unknown): ReadError {
  const fields: Readonly<Record<string, unknown>> = isRecord(error) ? error : {};
  const response = isRecord(fields.response) ? fields.response : {};
  const data = isRecord(response.data) ? response.data : {};
  return {
    message: error instanceof Error ? error.message : '',
    code: typeof fields.code === 'string' ? fields.code : '',
    status: typeof response.status === 'number' ? response.status : null,
    isOfNetwork: 'config' in fields || fields.cause !== undefined,
    said: typeof data.error === 'string' && /^[a-z_]{1,60}$/.test(data.error) ? data.error : null,
  };
}
