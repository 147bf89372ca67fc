import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A secret that is made once and then read from its file, which only the owner may read. */
export function keptSecret(file: string, make: () => string): string {
  const before = readSecret(file);
  if (before !== undefined) return before;
  const secret = make();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return secret;
}

export function newMasterKey(): string {
  return `sk-${randomBytes(24).toString('hex')}`;
}

export function newEncryptionKey(): string {
  return randomBytes(32).toString('base64');
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
