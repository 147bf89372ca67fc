import type { ErrorCode } from './error-table';
import type { FailureClass, ProviderFailure } from './failure-class';
import type { GatewayError } from './gateway-error';

/** Refusals of the request's content: a provider may quote the prompt in them, and so may a JSON parser's complaint. */
const QUOTING_FAILURES: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'bad-request',
  'context-window',
  'content-filter',
  'server-error',
]);

const QUOTING_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_request',
  'invalid_json',
  'unsupported_parameter',
  'context_length_exceeded',
  'content_filtered',
  'unprocessable',
  'provider_error',
]);

/**
 * The sentence about a failure that logs and traces may hold; `undefined` where it may quote what a client wrote. Class
 * and status still say what happened, and the client itself gets the whole sentence.
 */
export function loggableFailureReason(failure: ProviderFailure): string | undefined {
  return QUOTING_FAILURES.has(failure.class) ? undefined : failure.message;
}

/** The same for an error on its way to a client. */
export function loggableErrorReason(error: GatewayError): string | undefined {
  return QUOTING_CODES.has(error.code) ? undefined : error.message;
}
