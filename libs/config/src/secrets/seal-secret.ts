import { decryptText, encryptText } from './authenticated-encryption';

const PREFIX = 'sealed:v1:';

export function isSealed(value: string): boolean {
  return value.startsWith(PREFIX);
}

/**
 * `sealed:v1:<base64>`, a text for a snapshot. Bound to the deployment, so that a sealed key cannot be moved to another
 * one. `key`: 32 bytes.
 */
export function sealSecret(plain: string, key: Uint8Array, deploymentId: string): string {
  return PREFIX + encryptText(plain, key, deploymentId).toString('base64');
}

/** The secret inside, or null when the key, the deployment or a single bit is not the one it was sealed with. */
export function openSecret(sealed: string, key: Uint8Array, deploymentId: string): string | null {
  return isSealed(sealed) ? decryptText(Buffer.from(sealed.slice(PREFIX.length), 'base64'), key, deploymentId) : null;
}
