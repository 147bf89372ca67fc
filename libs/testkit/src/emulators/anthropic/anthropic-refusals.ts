import type { Refusal } from '../server/vendor-wire';

/** Statuses and types of the vendor's error page. */
const TYPE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The error Anthropic documents for a status; `code` replaces its type. */
export function anthropicRefusal(status: number, code?: string): Refusal {
  const type = code ?? TYPE_OF_STATUS[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { status, type, code: null, message: `the emulated Anthropic answers ${status} (${type})`, param: null };
}

export function invalidRequest(message: string, param: string | null = null): Refusal {
  return { status: 400, type: 'invalid_request_error', code: null, message, param };
}

/** Takes an API key, or a bearer token as with OAuth; the version header is compulsory. */
export function refuseAnthropicCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const key = headers['x-api-key'] ?? headers.authorization?.replace(/^bearer /i, '');
  if (!key) return { ...anthropicRefusal(401), message: 'x-api-key header is required' };
  if (key === 'invalid-key') return { ...anthropicRefusal(401), message: 'invalid x-api-key' };
  if (!headers['anthropic-version']) return invalidRequest('anthropic-version: header is required');
  return null;
}

export function anthropicErrorDocument({ type, message, details }: Refusal, requestId: string): unknown {
  return { type: 'error', error: { type, message, details: details ?? null }, request_id: requestId };
}
