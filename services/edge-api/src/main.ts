import { runService } from '@gateway/service-kit';
import { registerChatIngress } from './chat/chat-ingress';
import { createEdgeModule } from './edge.module';
import { EdgeRuntime } from './edge-runtime';

void runService({
  name: 'edge-api',
  module: createEdgeModule,
  http: {
    port: (environment) => environment.port,
    beforeListen: (app) => {
      const runtime = app.get(EdgeRuntime);
      registerChatIngress(app.getHttpAdapter().getInstance(), runtime.chat);
    },
  },
});
