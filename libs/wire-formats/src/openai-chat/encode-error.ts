import { ERROR_TABLE, type GatewayError } from '@gateway/domain';

/**
 * `{"error":{message,type,param,code}}`. The code is always ours; what a provider said stands apart from it. The wire
 * has no place for a request id in the document: it travels in the header.
 */
export function encodeError(error: GatewayError): { readonly error: Record<string, unknown> } {
  const provider = {
    ...(error.providerStatus !== undefined && { provider_status: error.providerStatus }),
    ...(error.providerCode !== undefined && { provider_code: error.providerCode }),
  };
  return {
    error: {
      message: error.message,
      type: ERROR_TABLE[error.code].openaiType,
      param: error.param ?? null,
      code: error.code,
      ...(Object.keys(provider).length > 0 && { provider_specific_fields: provider }),
    },
  };
}

export function encodeStreamError(error: GatewayError): string {
  return `data: ${JSON.stringify(encodeError(error))}\n\n`;
}
