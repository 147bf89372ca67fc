import type { GatewayError } from '@gateway/domain';

/** `{"error":{code,message,param,request_id}}`; the code is one of docs/errors.md. */
export function encodeError(error: GatewayError, requestId: string) {
  return {
    error: {
      code: error.code,
      message: error.message,
      param: error.param ?? null,
      request_id: requestId,
      ...(error.retryAfterMs !== undefined && { retry_after_ms: error.retryAfterMs }),
      ...(error.providerStatus !== undefined && { provider_status: error.providerStatus }),
      ...(error.providerCode !== undefined && { provider_code: error.providerCode }),
    },
  };
}

export function encodeStreamError(error: GatewayError, requestId: string): string {
  return `data: ${JSON.stringify(encodeError(error, requestId))}\n\n`;
}
