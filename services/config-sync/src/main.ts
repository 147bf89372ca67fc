import { runService } from '@gateway/service-kit';
import { createConfigSyncModule } from './config-sync.module';
import { ConfigurationRpc } from './configuration-rpc';

runService({
  name: 'config-sync',
  module: createConfigSyncModule,
  grpc: (_context, app) => [app.get(ConfigurationRpc).binding()],
});
