import { httpStatusOf } from '@gateway/domain';
import { errorFromThrown } from '@gateway/service-kit';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorHeaders } from '../calls/error-headers';

/** Google's clients read errors of their own shape only. */
@Catch()
export class GoogleErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const requestId = String(http.getRequest<FastifyRequest>().id);
    const { error } = errorFromThrown(thrown);
    void http
      .getResponse<FastifyReply>()
      .code(httpStatusOf(error))
      .headers(errorHeaders(error, requestId))
      .type('application/json; charset=utf-8')
      .send(CHAT_WIRE_CODECS['gemini-generate'].encodeError(error, requestId));
  }
}
