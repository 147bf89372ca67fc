import { join } from 'node:path';
import type { ServiceContext } from '@gateway/service-kit';
import { readConfiguration } from '../file-content';
import { FileWatcher } from '../file-watcher';
import { type ConfigurationAddress, configurationAddress, describeAddress } from './configuration-address';
import type { ConfigurationSource, ContentTaker } from './configuration-source';
import { GcsObject } from './gcs-object';
import { ObjectSource } from './object-source';
import type { RemoteObject } from './object-store';
import { OfflineCopy } from './offline-copy';
import { S3Object } from './s3-object';

/** Long enough for an editor between truncating and writing, short enough for nobody to wait. */
const SETTLE_MS = 100;

type Context = Pick<ServiceContext<'config-sync'>, 'environment' | 'logger'>;

export interface SourceTaker {
  readonly onContent: ContentTaker;
  /** Whether what was taken last is good. */
  readonly isGood: () => boolean;
}

/** @throws Error naming the variable that does not say where the configuration is. */
export function sourceAddress({ environment }: Pick<Context, 'environment'>): ConfigurationAddress {
  return configurationAddress(environment);
}

/** Not started yet. */
export function createSource(
  context: Context,
  address: ConfigurationAddress,
  { onContent, isGood }: SourceTaker,
): ConfigurationSource {
  const { environment, logger } = context;
  if (address.kind === 'file') {
    const pollMs = environment.configPollMs;
    return new FileWatcher({
      path: address.path,
      pollMs,
      settleMs: SETTLE_MS,
      read: readConfiguration,
      onContent,
      logger,
    });
  }
  const name = describeAddress(address);
  return new ObjectSource({
    name,
    kind: address.kind,
    object: remoteObject(context, address),
    copy: new OfflineCopy({
      directory: join(environment.dataDir, 'config-sync'),
      source: name,
      encryptionKey: environment.encryptionKey ?? null,
      olderEncryptionKeys: environment.olderEncryptionKeys ?? [],
      nowUnixMs: Date.now,
    }),
    pollMs: environment.configRemotePollMs,
    jitter: environment.configPollJitter,
    onContent,
    isGood,
    logger,
    nowUnixMs: Date.now,
    random: Math.random,
  });
}

function remoteObject(
  { environment }: Pick<Context, 'environment'>,
  { kind, bucket, key }: Exclude<ConfigurationAddress, { readonly kind: 'file' }>,
): RemoteObject {
  const limits = { timeoutMs: environment.configTimeoutMs, maxBytes: environment.configMaxBytes };
  if (kind === 's3') {
    const { configS3Endpoint: endpoint, configS3Region: region, configS3PathStyle } = environment;
    return new S3Object({ bucket, key, endpoint, region, pathStyle: configS3PathStyle === 'true', ...limits });
  }
  const { configGcsEndpoint, storageEmulatorHost } = environment;
  return new GcsObject({
    bucket,
    key,
    endpoint: configGcsEndpoint ?? storageEmulatorHost,
    isAnonymous: configGcsEndpoint === undefined && storageEmulatorHost !== undefined,
    ...limits,
  });
}
