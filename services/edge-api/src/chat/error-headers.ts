import type { GatewayError } from '@gateway/domain';
import type { ResponseHeaders } from './client-response';

/** Headers of every error answer. `Retry-After` counts whole seconds, rounded up. */
export function errorHeaders(error: GatewayError, requestId: string): ResponseHeaders {
  const headers: ResponseHeaders = { 'x-request-id': requestId };
  if (error.retryAfterMs !== undefined) headers['retry-after'] = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
  return headers;
}
