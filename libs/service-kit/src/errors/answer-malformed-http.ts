import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type GatewayError, httpStatusOf } from '@gateway/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openAiErrorBody } from './openai-error-body';

const ERROR_OF_PARSER_CODE: Readonly<Record<string, GatewayError>> = {
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', message: 'The request headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', message: 'The request was not sent in time.' },
};
const MALFORMED: GatewayError = { code: 'invalid_request', message: 'The request is not well-formed HTTP.' };

/** Answers bytes that Node's HTTP parser refused; there is no request object then, only the socket. */
export function answerMalformedHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const described = ERROR_OF_PARSER_CODE[error.code ?? ''] ?? MALFORMED;
  const status = httpStatusOf(described);
  const body = JSON.stringify(openAiErrorBody(described));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Answers requests that Fastify refuses before routing, such as a path with a broken percent escape. */
export function answerBadRequestTarget(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const error: GatewayError = { code: 'invalid_request', message: 'The request path is not well-formed.' };
  void reply
    .code(httpStatusOf(error))
    .header('x-request-id', String(request.id))
    .type('application/json; charset=utf-8')
    .send(openAiErrorBody(error));
}
