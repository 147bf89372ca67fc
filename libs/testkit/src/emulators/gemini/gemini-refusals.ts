import type { Refusal } from '../server/vendor-wire';

/** Statuses and google.rpc codes of the API's troubleshooting page. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  413: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const RPC = 'type.googleapis.com/google.rpc';

/** The error the API documents for a status; `code` replaces its google.rpc name. */
export function geminiRefusal(status: number, code?: string): Refusal {
  const type = code ?? CODE_OF_STATUS[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  return { status, type, code: null, message: `the emulated Gemini answers ${status} (${type})`, param: null };
}

export function invalidArgument(message: string, param: string | null = null): Refusal {
  return { status: 400, type: 'INVALID_ARGUMENT', code: null, message, param };
}

/** The key is in a header of its own; a wrong one is an invalid argument, a missing one a missing permission. */
export function refuseGeminiCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const key = headers['x-goog-api-key'];
  if (!key) {
    const message = "Method doesn't allow unregistered callers (callers without established identity).";
    return { ...geminiRefusal(403), message };
  }
  if (key !== 'invalid-key') return null;
  const details = { '@type': `${RPC}.ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com' };
  return { ...geminiRefusal(400), message: 'API key not valid. Please pass a valid API key.', details };
}

/** A google.rpc.Status; the field at fault and the wait are typed messages in `details`. */
export function geminiErrorDocument({ status, type, message, details, param, retryAfterS }: Refusal): unknown {
  const typed: object[] = details ? [details] : [];
  if (param !== null) typed.push({ '@type': `${RPC}.BadRequest`, fieldViolations: [{ field: param }] });
  if (retryAfterS !== undefined) typed.push({ '@type': `${RPC}.RetryInfo`, retryDelay: `${retryAfterS}s` });
  return { error: { code: status, message, status: type, ...(typed.length > 0 && { details: typed }) } };
}
