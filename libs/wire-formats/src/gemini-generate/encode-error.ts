import { ERROR_TABLE, type GatewayError } from '@gateway/domain';
import { sseData } from './create-stream-encoder';

/** google.rpc.Code by HTTP status, as google/rpc/code.proto maps them; other statuses take their family's. */
const RPC_STATUS: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  504: 'DEADLINE_EXCEEDED',
};

const TYPE = 'type.googleapis.com/google.rpc';

/** A google.rpc.Status: the field at fault, the wait and the request's id are typed messages in `details`. */
export function encodeError(error: GatewayError, requestId: string): unknown {
  const { httpStatus } = ERROR_TABLE[error.code];
  const details: object[] = [
    { '@type': `${TYPE}.ErrorInfo`, reason: error.code.toUpperCase(), domain: 'llm-gateway' },
    { '@type': `${TYPE}.RequestInfo`, requestId },
  ];
  if (error.param !== undefined) {
    const violation = { field: error.param, description: error.message };
    details.push({ '@type': `${TYPE}.BadRequest`, fieldViolations: [violation] });
  }
  if (error.retryAfterMs !== undefined) {
    details.push({ '@type': `${TYPE}.RetryInfo`, retryDelay: `${error.retryAfterMs / 1000}s` });
  }
  const status = RPC_STATUS[httpStatus] ?? (httpStatus >= 500 ? 'UNAVAILABLE' : 'INVALID_ARGUMENT');
  return { error: { code: httpStatus, message: error.message, status, details } };
}

export function encodeStreamError(error: GatewayError, requestId: string): string {
  return sseData(JSON.stringify(encodeError(error, requestId)));
}
