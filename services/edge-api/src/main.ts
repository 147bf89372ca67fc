import { runService } from '@gateway/service-kit';
import { answerMissingMessagesRoutes } from './chat/answer-missing-messages-routes';
import { ChatIngress } from './chat/chat-ingress';
import { putInFront } from './chat/put-in-front';
import { createEdgeModule } from './edge.module';
import { EdgeRuntime } from './edge-runtime';

void runService({
  name: 'edge-api',
  module: createEdgeModule,
  http: {
    port: (environment) => environment.port,
    beforeListen: (app) => {
      const chat = new ChatIngress(app.get(EdgeRuntime).chat);
      answerMissingMessagesRoutes(app.getHttpAdapter().getInstance());
      putInFront(app.getHttpServer(), (request, response) => chat.handle(request, response));
    },
  },
});
