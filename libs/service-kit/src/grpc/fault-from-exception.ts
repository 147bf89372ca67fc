import { type GatewayError, type GatewayException, httpStatusOf } from '@gateway/domain';
import { GrpcFault, type GrpcFaultCode } from './grpc-fault';

const CODE_OF_STATUS: Readonly<Record<number, GrpcFaultCode>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ALREADY_EXISTS',
  413: 'RESOURCE_EXHAUSTED',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** A client-facing exception as a gRPC fault, for handlers that share code with HTTP. */
export function faultFromException(exception: GatewayException): GrpcFault {
  const { detail } = exception;
  const status = httpStatusOf(detail);
  const code = CODE_OF_STATUS[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return new GrpcFault(code, detail.message, detail.param, { cause: exception });
}

/** What an HTTP client is told when a gRPC call made on its behalf failed. */
export function errorFromFault(fault: GrpcFault): GatewayError {
  const field = fault.field === undefined ? {} : { param: fault.field };
  switch (fault.code) {
    case 'INVALID_ARGUMENT':
      return { code: 'invalid_request', message: fault.message, ...field };
    case 'NOT_FOUND':
      return { code: 'not_found', message: fault.message, ...field };
    case 'ALREADY_EXISTS':
    case 'ABORTED':
    case 'FAILED_PRECONDITION':
      return { code: 'conflict', message: fault.message, ...field };
    case 'PERMISSION_DENIED':
      return { code: 'permission_denied', message: fault.message };
    case 'RESOURCE_EXHAUSTED':
      return { code: 'rate_limited', message: fault.message };
    case 'UNAVAILABLE':
    case 'DEADLINE_EXCEEDED':
      // The text names addresses of our own services.
      return {
        code: 'service_unavailable',
        message: 'A service behind the gateway is not available.',
        retryAfterMs: 1_000,
      };
    default:
      return { code: 'internal_error', message: 'Internal error.' };
  }
}
