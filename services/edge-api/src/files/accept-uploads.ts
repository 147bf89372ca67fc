import type { IncomingMessage } from 'node:http';
import { GatewayException } from '@gateway/domain';
import type { FastifyInstance } from 'fastify';

const UPLOADS = /^(\/v1)?\/files\/?(\?|$)/;

/** Lets forms through to the routes that take files, unread; everywhere else they are refused as before. */
export function acceptUploads(fastify: FastifyInstance): void {
  fastify.addContentTypeParser('multipart/form-data', (request, payload: IncomingMessage, done) => {
    if (UPLOADS.test(request.url)) done(null, payload);
    else done(new GatewayException({ code: 'unsupported_media_type', message: 'This route does not take forms.' }));
  });
}
