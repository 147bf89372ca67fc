// The bare Fastify proxy of the bench: what one Node process costs that does nothing but pass bytes on.
const Fastify = require('fastify');
const { Pool } = require('undici');

const [, , port, target] = process.argv;
const pool = new Pool(target, { connections: 256 });
const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 16 * 1024 * 1024 }, (_request, body, done) =>
  done(null, body),
);
app.post('/v1/chat/completions', (request, reply) => {
  reply.hijack();
  pool.stream(
    {
      path: request.url,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' },
      body: request.body,
    },
    ({ statusCode, headers }) => {
      reply.raw.writeHead(statusCode, { 'content-type': headers['content-type'] });
      return reply.raw;
    },
    (error) => {
      if (error) reply.raw.destroy();
    },
  );
});
app.listen({ port: Number(port), host: '127.0.0.1' }).then(() => console.log('ready'));
