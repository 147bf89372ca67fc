import type { ServiceDefinition } from '@gateway/service-kit';
import { createConfigSyncModule } from './config-sync.module';
import { ConfigurationRpc } from './configuration-rpc';
import { CredentialsRpc } from './credentials/credentials-rpc';
import { ModelsRpc } from './models/models-rpc';
import { PricesRpc } from './prices/prices-rpc';

export const CONFIG_SYNC: ServiceDefinition<'config-sync'> = {
  name: 'config-sync',
  module: createConfigSyncModule,
  grpc: (_context, app) => [
    app.get(ConfigurationRpc).binding(),
    app.get(CredentialsRpc).binding(),
    app.get(ModelsRpc).binding(),
    app.get(PricesRpc).binding(),
  ],
};
