import type { StoredCredentials } from '@gateway/config';
import type { Logger } from '@gateway/telemetry';
import type { CredentialStore } from './credential-store';

/** What deployments may name; one that no key at hand opens is left out and said. */
export async function readStoredCredentials(store: CredentialStore | null, logger: Logger): Promise<StoredCredentials> {
  const credentials = new Map<string, Readonly<Record<string, string>>>();
  for (const { name, values } of store === null ? [] : await store.list()) {
    if (values !== null) credentials.set(name, values);
    else logger.warn({ credential: name }, 'a stored credential was encrypted with a key that is not at hand');
  }
  return credentials;
}
