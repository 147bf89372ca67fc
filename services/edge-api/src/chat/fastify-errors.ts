import type { GatewayError } from '@gateway/domain';

interface FastifyFault {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message: string;
}

/** What Fastify itself refuses, in our own terms. */
export function errorFromFastify(fault: unknown): GatewayError {
  const { code, statusCode, message } = fault as FastifyFault;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) {
    return { code: 'payload_too_large', message: 'The request body is larger than the limit.' };
  }
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') {
    return {
      code: 'invalid_request',
      message: 'The body is not as long as Content-Length says.',
      param: 'content-length',
    };
  }
  if (statusCode === 415) return { code: 'unsupported_media_type', message: 'Send the body as application/json.' };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return { code: 'invalid_request', message: message.slice(0, 200) };
  }
  return { code: 'internal_error', message: 'The gateway could not handle this request.' };
}
