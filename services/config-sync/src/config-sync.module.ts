import { Bus } from '@gateway/bus';
import { processEnvironment } from '@gateway/config';
import { CONFIG_KEY } from '@gateway/contracts';
import { PROVIDERS } from '@gateway/providers';
import { DRAIN_ORDER, type ServiceContext } from '@gateway/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigurationPublisher } from './configuration-publisher';
import { ConfigurationRpc } from './configuration-rpc';
import { CredentialsRpc } from './credentials/credentials-rpc';
import { openCredentialStore, readStoredCredentials } from './credentials/open-credential-store';
import { readFileContent } from './file-content';
import { FileWatcher } from './file-watcher';
import { observePublisher } from './observe-publisher';

/** Long enough for an editor between truncating and writing, short enough for nobody to wait. */
const SETTLE_MS = 100;

@Module({})
class ConfigSyncModule {}

/** Follows the configuration file and publishes its good versions to NATS KV. */
export async function createConfigSyncModule(context: ServiceContext<'config-sync'>): Promise<DynamicModule> {
  const { environment, logger, metrics, health } = context;
  const bus = await Bus.connect({
    url: environment.natsUrl,
    tokensUrl: environment.natsTokensUrl,
    namespace: environment.namespace,
    name: context.instanceId,
    logger,
  });
  const bucket = await bus.keyValue(bus.subjects.configBucket);
  const credentials = openCredentialStore(context);
  const publisher = new ConfigurationPublisher({
    source: environment.configPath,
    environment: processEnvironment(),
    knownProviders: PROVIDERS.prefixes,
    encryptionKey: environment.encryptionKey ?? null,
    storedCredentials: () => readStoredCredentials(credentials, logger),
    store: {
      get: async () => (await bucket.get(CONFIG_KEY))?.bytes ?? null,
      put: async (bytes) => void (await bucket.put(CONFIG_KEY, bytes)),
    },
    observer: observePublisher(logger, metrics),
    nowUnixMs: Date.now,
  });
  const watcher = new FileWatcher({
    path: environment.configPath,
    pollMs: environment.configPollMs,
    settleMs: SETTLE_MS,
    read: readFileContent,
    onContent: (content) => publisher.offer(content),
    logger,
  });
  health.add({ name: 'nats', hard: true, check: () => bus.isConnected });
  health.add({ name: 'configuration', hard: true, check: () => publisher.status().version !== '' });
  await publisher.load();
  await watcher.start();
  // A NATS that lost its disk gets the snapshot back.
  const forget = bus.onReconnect(() => {
    watcher.refresh().catch((error: unknown) => logger.warn({ error }, 'cannot publish after reconnecting yet'));
  });
  context.onDrain('stop watching', () => watcher.stop(), DRAIN_ORDER.intake);
  context.onDrain(
    'close NATS',
    async () => {
      forget();
      await bus.close();
    },
    DRAIN_ORDER.connections,
  );
  const credentialsRpc = new CredentialsRpc({
    store: credentials,
    usersOf: (name) => publisher.usersOf(name),
    republish: () =>
      watcher.refresh().catch((error: unknown) => logger.warn({ error }, 'the changed credential is published later')),
  });
  return {
    module: ConfigSyncModule,
    providers: [
      { provide: ConfigurationRpc, useValue: new ConfigurationRpc(publisher, watcher) },
      { provide: CredentialsRpc, useValue: credentialsRpc },
    ],
    exports: [ConfigurationRpc, CredentialsRpc],
  };
}
