import type { ServiceContext } from '@gateway/service-kit';
import { FieldCipher } from '@gateway/storage';

/** Null where there is no key to encrypt with: everything but stored credentials and models works then. */
export function openFieldCipher({ environment }: ServiceContext<'config-sync'>): FieldCipher | null {
  const { encryptionKey, olderEncryptionKeys } = environment;
  return encryptionKey === undefined ? null : new FieldCipher(encryptionKey, olderEncryptionKeys ?? []);
}
