import { createHash } from 'node:crypto';
import { decryptText, encryptText } from '@gateway/config';

const KEY_ID_DIGITS = 12;

/** A field as it is stored. */
export interface EncryptedField {
  /** Which key it was encrypted with; tells nothing of the key. */
  readonly keyId: string;
  /** IV, tag and ciphertext. */
  readonly bytes: Uint8Array;
}

/**
 * Encrypts single fields of a table with AES-256-GCM, each under a fresh random 96-bit IV. Whoever asks names the row (and
 * the column) that the field belongs to; that is authenticated, so that a field moved to another row does not open.
 * New fields get the present key; older keys open what was encrypted with them.
 */
export class FieldCipher {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly presentKeyId: string;

  /** Keys of 32 bytes. @throws Error for another length. */
  constructor(
    private readonly present: Uint8Array,
    older: readonly Uint8Array[] = [],
  ) {
    for (const key of [present, ...older]) if (key.length !== 32) throw new Error('an encryption key has 32 bytes');
    this.presentKeyId = idOf(present);
    this.keys = new Map([...older, present].map((key) => [idOf(key), key]));
  }

  encrypt(plain: string, row: string): EncryptedField {
    return { keyId: this.presentKeyId, bytes: encryptText(plain, this.present, row) };
  }

  /** Null when the key is not there, or the field was altered, or belongs to another row. */
  decrypt({ keyId, bytes }: EncryptedField, row: string): string | null {
    const key = this.keys.get(keyId);
    return key ? decryptText(bytes, key, row) : null;
  }
}

function idOf(key: Uint8Array): string {
  return createHash('sha256').update('llm-gateway field key ').update(key).digest('hex').slice(0, KEY_ID_DIGITS);
}
