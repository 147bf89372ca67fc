import { DRAIN_ORDER, runService } from '@gateway/service-kit';
import { answerMissingMessagesRoutes } from './calls/answer-missing-messages-routes';
import { CallIngress } from './calls/call-ingress';
import { CLIENT_ROUTE_TEMPLATES } from './calls/client-routes';
import { putInFront } from './calls/put-in-front';
import { createEdgeModule } from './edge.module';
import { EdgeRuntime } from './edge-runtime';
import { acceptUploads } from './files/accept-uploads';
import { NativeSockets } from './native/socket/native-sockets';

void runService({
  name: 'edge-api',
  module: createEdgeModule,
  http: {
    port: (environment) => environment.port,
    beforeListen: (app, context) => {
      context.logger.debug(
        { routes: CLIENT_ROUTE_TEMPLATES.map((template) => `POST ${template}`) },
        'routes in front of these',
      );
      const ports = app.get(EdgeRuntime).calls;
      const calls = new CallIngress(ports);
      const sockets = new NativeSockets(ports);
      context.onDrain('end conversations', () => sockets.drain(context.environment.drainTimeoutMs), DRAIN_ORDER.work);
      const fastify = app.getHttpAdapter().getInstance();
      answerMissingMessagesRoutes(fastify);
      acceptUploads(fastify);
      putInFront(app.getHttpServer(), (request, response) => calls.handle(request, response));
      sockets.attach(app.getHttpServer());
    },
  },
});
