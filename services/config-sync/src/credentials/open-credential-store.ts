import type { StoredCredentials } from '@gateway/config';
import { DRAIN_ORDER, type ServiceContext } from '@gateway/service-kit';
import { Database, FieldCipher, pingDatabase } from '@gateway/storage';
import type { Logger } from '@gateway/telemetry';
import { CredentialStore } from './credential-store';

const CONNECTIONS = 2;

/** Null where there is no database or no key to encrypt with: everything but stored credentials works then. */
export function openCredentialStore(context: ServiceContext<'config-sync'>): CredentialStore | null {
  const { environment, logger, health } = context;
  const { databaseUrl, encryptionKey, olderEncryptionKeys } = environment;
  if (databaseUrl === undefined || encryptionKey === undefined) return null;
  const database = new Database({
    databaseUrl,
    applicationName: context.instanceId,
    poolSize: CONNECTIONS,
    onIdleError: (error) => logger.debug({ error }, 'idle PostgreSQL connection lost'),
  });
  // What is published stays in force without it.
  health.add({ name: 'postgres', hard: false, check: () => pingDatabase(database) });
  context.onDrain('close the database', () => database.close(), DRAIN_ORDER.connections);
  return new CredentialStore(database, new FieldCipher(encryptionKey, olderEncryptionKeys ?? []));
}

/** What deployments may name; one that no key at hand opens is left out and said. */
export async function readStoredCredentials(store: CredentialStore | null, logger: Logger): Promise<StoredCredentials> {
  const credentials = new Map<string, Readonly<Record<string, string>>>();
  for (const { name, values } of store === null ? [] : await store.list()) {
    if (values !== null) credentials.set(name, values);
    else logger.warn({ credential: name }, 'a stored credential was encrypted with a key that is not at hand');
  }
  return credentials;
}
