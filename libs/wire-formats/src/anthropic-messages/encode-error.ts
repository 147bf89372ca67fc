import { ERROR_TABLE, type GatewayError } from '@gateway/domain';

/** The wire has no place for the field at fault, so the message names it. */
export function encodeError(error: GatewayError, requestId: string): unknown {
  const namesField = error.param === undefined || error.message.includes(error.param);
  return {
    type: 'error',
    error: {
      type: ERROR_TABLE[error.code].anthropicType,
      message: namesField ? error.message : `${error.param}: ${error.message}`,
    },
    request_id: requestId,
  };
}

export function encodeStreamError(error: GatewayError, requestId: string): string {
  return `event: error\ndata: ${JSON.stringify(encodeError(error, requestId))}\n\n`;
}
