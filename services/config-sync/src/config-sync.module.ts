import { Bus } from '@gateway/bus';
import { processEnvironment } from '@gateway/config';
import { PROVIDERS } from '@gateway/providers';
import { DRAIN_ORDER, type ServiceContext } from '@gateway/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigurationPublisher } from './configuration-publisher';
import { ConfigurationRpc } from './configuration-rpc';
import { CredentialStore } from './credentials/credential-store';
import { CredentialsRpc } from './credentials/credentials-rpc';
import { readStoredCredentials } from './credentials/read-stored-credentials';
import { KnownModels } from './models/known-models';
import { ModelStore } from './models/model-store';
import { ModelsRpc } from './models/models-rpc';
import { observePublisher } from './observe-publisher';
import { openDatabase } from './open-database';
import { openFieldCipher } from './open-field-cipher';
import { followPriceFile } from './prices/follow-price-file';
import { listedPrices } from './prices/listed-prices';
import { PriceStore } from './prices/price-store';
import { PricesRpc } from './prices/prices-rpc';
import { StoredPrices } from './prices/stored-prices';
import { openRollOut } from './roll-out/open-roll-out';
import { describeAddress } from './sources/configuration-address';
import { createSource, sourceAddress } from './sources/create-source';

@Module({})
class ConfigSyncModule {}

/** Follows the configuration's source and publishes its good versions to NATS KV. */
export async function createConfigSyncModule(context: ServiceContext<'config-sync'>): Promise<DynamicModule> {
  const { environment, logger, metrics, health } = context;
  const address = sourceAddress(context);
  const bus = await Bus.connect({
    url: environment.natsUrl,
    tokensUrl: environment.natsTokensUrl,
    namespace: environment.namespace,
    name: context.instanceId,
    logger,
  });
  const database = openDatabase(context);
  const cipher = openFieldCipher(context);
  const credentials = database && cipher && new CredentialStore(database, cipher);
  const modelStore = database && cipher && new ModelStore(database, cipher);
  const models = new KnownModels(modelStore, logger);
  const priceStore = database && new PriceStore(database);
  const storedPrices = new StoredPrices(priceStore, logger);
  const { rollOut, writer } = await openRollOut(context, bus);
  const publisher = new ConfigurationPublisher({
    source: describeAddress(address),
    environment: processEnvironment(),
    knownProviders: PROVIDERS.prefixes,
    encryptionKey: environment.encryptionKey ?? null,
    storedCredentials: () => readStoredCredentials(credentials, logger),
    listedPrices: () => listedPrices(prices?.file ?? null, storedPrices),
    storedModels: () => models.entries(),
    writer,
    observer: observePublisher(logger, metrics),
    nowUnixMs: Date.now,
  });
  const watcher = createSource(context, address, {
    onContent: (content) => publisher.offer(content),
    isGood: () => publisher.lastError === '',
  });
  health.add({ name: 'nats', hard: true, check: () => bus.isConnected });
  health.add({ name: 'configuration', hard: true, check: () => rollOut.state.inForce !== null });
  // Before the configuration, which is published with what it says.
  const prices = await followPriceFile(context, () => watcher.refresh());
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
      await rollOut.stop();
      await bus.close();
    },
    DRAIN_ORDER.connections,
  );
  const republishing = (what: string) => () =>
    watcher.refresh().catch((error: unknown) => logger.warn({ error }, `the changed ${what} is published later`));
  const credentialsRpc = new CredentialsRpc({
    store: credentials,
    usersOf: (name) => publisher.usersOf(name),
    republish: republishing('credential'),
  });
  const pricesRpc = new PricesRpc({
    store: priceStore,
    knownProviders: PROVIDERS.prefixes,
    republish: republishing('price'),
  });
  const modelsRpc = new ModelsRpc({ store: modelStore, publisher, known: models, republish: republishing('model') });
  return {
    module: ConfigSyncModule,
    providers: [
      { provide: ConfigurationRpc, useValue: new ConfigurationRpc({ publisher, rollOut, watcher, priceFile: prices }) },
      { provide: CredentialsRpc, useValue: credentialsRpc },
      { provide: ModelsRpc, useValue: modelsRpc },
      { provide: PricesRpc, useValue: pricesRpc },
    ],
    exports: [ConfigurationRpc, CredentialsRpc, ModelsRpc, PricesRpc],
  };
}
