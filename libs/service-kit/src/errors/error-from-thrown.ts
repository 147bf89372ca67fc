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

/** Fastify's own errors, where its words would not help a client. */
const ERROR_OF_FASTIFY_CODE: Readonly<Record<string, GatewayError>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_json', message: 'The request body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_json', message: 'The request body is empty where JSON was announced.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'payload_too_large', message: 'The request body is too large.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The content-type of the request is not supported here.',
    param: 'content-type',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_request',
    message: 'The request body is not as long as its content-length says.',
    param: 'content-length',
  },
};

/**
 * What a client is told about anything thrown while serving HTTP. `expected` is false for what nobody foresaw: that is a
 * plain internal error outside, and a stack trace in the log.
 */
export function errorFromThrown(thrown: unknown): { readonly error: GatewayError; readonly expected: boolean } {
  if (isGatewayException(thrown)) return { error: thrown.detail, expected: true };
  if (isGrpcFault(thrown)) return { error: errorFromFault(thrown), expected: thrown.code !== 'INTERNAL' };
  const known = ERROR_OF_FASTIFY_CODE[fastifyCodeOf(thrown)];
  if (known !== undefined) return { error: known, expected: true };
  const status = statusOf(thrown);
  const code = CODE_OF_STATUS[status ?? 500] ?? (isClientError(status) ? 'invalid_request' : undefined);
  if (code === undefined) return { error: { code: 'internal_error', message: 'Internal error.' }, expected: false };
  return { error: { code, message: messageOf(thrown) }, expected: true };
}

function fastifyCodeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
  return typeof code === 'string' ? code : '';
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
