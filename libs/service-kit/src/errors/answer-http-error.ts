import { ERROR_TABLE, type GatewayError, httpStatusOf } from '@gateway/domain';
import type { Logger } from '@gateway/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './allowed-methods';
import { errorFromThrown } from './error-from-thrown';
import { openAiErrorBody } from './openai-error-body';

/** Writes `error` as the answer, in OpenAI's shape, with `x-request-id` and `retry-after` where they apply. */
export function sendHttpError(error: GatewayError, request: FastifyRequest, reply: FastifyReply): void {
  const requestId = String(request.id);
  if (error.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  if (!reply.hasHeader('x-request-id')) void reply.header('x-request-id', requestId);
  void reply.code(httpStatusOf(error)).type('application/json; charset=utf-8').send(openAiErrorBody(error, requestId));
}

/** Answers with what a client may know of `thrown`, and logs the rest. */
export function answerHttpError(
  thrown: unknown,
  exchange: { request: FastifyRequest; reply: FastifyReply; logger: Logger },
): void {
  const { request, reply, logger } = exchange;
  const { error, expected } = errorFromThrown(thrown);
  const fields = { request_id: String(request.id), method: request.method, path: pathOf(request), code: error.code };
  if (expected) logger[ERROR_TABLE[error.code].logLevel](fields, error.message);
  else logger.error({ ...fields, error: thrown }, 'request failed unexpectedly');
  if (reply.sent || reply.raw.headersSent) {
    // The answer has begun, so its status cannot change; an abrupt end is the only honest signal left.
    reply.raw.destroy();
    return;
  }
  sendHttpError(error, request, reply);
}

/** Answers a request that no route takes: 405 when the path exists under another method, else 404. */
export function answerMissingRoute(request: FastifyRequest, reply: FastifyReply): void {
  const path = pathOf(request);
  const allowed = allowedMethods(request.server, path);
  if (allowed.length === 0) {
    sendHttpError({ code: 'not_found', message: `There is nothing at ${request.method} ${path}.` }, request, reply);
    return;
  }
  void reply.header('allow', allowed.join(', '));
  const message = `${path} does not take ${request.method}; it takes ${allowed.join(', ')}.`;
  sendHttpError({ code: 'method_not_allowed', message }, request, reply);
}

/** Without the query, which may hold a key. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!.slice(0, 512);
}
