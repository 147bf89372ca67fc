import { ERROR_TABLE, type GatewayError, httpStatusOf } from '@gateway/domain';
import type { Logger } from '@gateway/telemetry';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './allowed-methods';
import { errorFromThrown } from './error-from-thrown';
import { openAiErrorBody } from './openai-error-body';

/**
 * Answers everything that is thrown while serving HTTP, by Nest controllers and by plain Fastify routes alike (Nest takes
 * over Fastify's error and not-found handlers and ends up here).
 */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  private answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { error, expected } = errorFromThrown(thrown);
    const final = error.code === 'not_found' ? describeMissingRoute(error, request) : { error };
    this.log(thrown, final.error, { request, expected });
    if (reply.sent || reply.raw.headersSent) {
      // The answer has begun, so its status cannot change; an abrupt end is the only honest signal left.
      reply.raw.destroy();
      return;
    }
    const requestId = String(request.id);
    if (final.allow !== undefined) void reply.header('allow', final.allow.join(', '));
    if (error.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000));
    if (!reply.hasHeader('x-request-id')) void reply.header('x-request-id', requestId);
    void reply
      .code(httpStatusOf(final.error))
      .type('application/json; charset=utf-8')
      .send(openAiErrorBody(final.error, requestId));
  }

  private log(thrown: unknown, error: GatewayError, seen: { request: FastifyRequest; expected: boolean }): void {
    const fields = {
      request_id: String(seen.request.id),
      method: seen.request.method,
      path: pathOf(seen.request),
      code: error.code,
    };
    if (!seen.expected) this.logger.error({ ...fields, error: thrown }, 'request failed unexpectedly');
    else this.logger[ERROR_TABLE[error.code].logLevel](fields, error.message);
  }
}

/** Fastify knows one "not found"; a path that exists under another method is 405 and says which. */
function describeMissingRoute(error: GatewayError, request: FastifyRequest): { error: GatewayError; allow?: string[] } {
  if (!request.is404) return { error };
  const path = pathOf(request);
  const allow = allowedMethods(request.server, path);
  if (allow.length === 0)
    return { error: { code: 'not_found', message: `There is nothing at ${request.method} ${path}.` } };
  const message = `${path} does not take ${request.method}; it takes ${allow.join(', ')}.`;
  return { error: { code: 'method_not_allowed', message }, allow };
}

/** Without the query, which may hold a key. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!.slice(0, 512);
}
