import { type GatewayError, httpStatusOf } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';
import type { FastifyInstance } from 'fastify';
import { errorHeaders } from './error-headers';

const PREFIXES = ['/v1/messages', '/messages'];

/** Anthropic's clients have more calls below their messages route than we serve; they get 404 in their own shape. */
export function answerMissingMessagesRoutes(fastify: FastifyInstance): void {
  for (const prefix of PREFIXES) {
    void fastify.register(
      async (scope) => {
        scope.setNotFoundHandler((request, reply) => {
          const [path = ''] = request.url.split('?', 1);
          const error: GatewayError = {
            code: 'not_found',
            message: `There is nothing at ${request.method} ${path.slice(0, 512)}.`,
          };
          const requestId = String(request.id);
          void reply
            .code(httpStatusOf(error))
            .headers(errorHeaders(error, requestId))
            .type('application/json; charset=utf-8')
            .send(CHAT_WIRE_CODECS['anthropic-messages'].encodeError(error, requestId));
        });
      },
      { prefix },
    );
  }
}
