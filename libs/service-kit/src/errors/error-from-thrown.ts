import { type ErrorCode, type GatewayError, isGatewayException } from '@gateway/domain';
import { errorFromFault } from '../grpc/fault-from-exception';
import { isGrpcFault } from '../grpc/grpc-fault';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'invalid_api_key',
  403: 'permission_denied',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  413: 'payload_too_large',
  414: 'headers_too_large',
  415: 'unsupported_media_type',
  422: 'unprocessable',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'service_unavailable',
};

/**
 * What a client is told about anything thrown while serving HTTP. `expected` is false for what nobody foresaw: that is a
 * plain internal error outside, and a stack trace in the log.
 */
export function errorFromThrown(thrown: unknown): { readonly error: GatewayError; readonly expected: boolean } {
  if (isGatewayException(thrown)) return { error: thrown.detail, expected: true };
  if (isGrpcFault(thrown)) return { error: errorFromFault(thrown), expected: thrown.code !== 'INTERNAL' };
  const status = statusOf(thrown);
  const code = CODE_OF_STATUS[status ?? 500] ?? (isClientError(status) ? 'invalid_request' : undefined);
  if (code === undefined) return { error: { code: 'internal_error', message: 'Internal error.' }, expected: false };
  if (thrown instanceof SyntaxError && status === 400) {
    return {
      error: { code: 'invalid_json', message: `The request body is not valid JSON: ${thrown.message}` },
      expected: true,
    };
  }
  return { error: { code, message: messageOf(thrown) }, expected: true };
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}

/** The HTTP status that a Nest exception or a Fastify error carries. */
function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { getStatus, statusCode } = thrown as { getStatus?: unknown; statusCode?: unknown };
  const status: unknown = typeof getStatus === 'function' ? getStatus.call(thrown) : statusCode;
  return typeof status === 'number' ? status : undefined;
}

function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : '';
  return message === '' ? 'The request cannot be served.' : message;
}
