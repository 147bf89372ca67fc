import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'sk-';
const RANDOM_BYTES = 32;
const LEAST_CHARACTERS = 16;
const MOST_CHARACTERS = 512;
const SHOWN_CHARACTERS = 4;

/** A new plain key: `sk-` and 256 random bits. Shown once, stored never. */
export function newKey(): string {
  return PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
}

/** Why a key chosen by the caller is refused; null when it will do. Keys travel in HTTP headers, so no spaces. */
export function problemWithKey(key: string): string | null {
  if (!key.startsWith(PREFIX)) return `a key must start with "${PREFIX}"`;
  if (key.length < LEAST_CHARACTERS) return `a key must have at least ${LEAST_CHARACTERS} characters`;
  if (key.length > MOST_CHARACTERS) return `a key must have at most ${MOST_CHARACTERS} characters`;
  return /^[\x21-\x7e]+$/.test(key) ? null : 'a key must consist of visible ASCII characters';
}

/** SHA-256 of the whole key, hex: the only form in which a key is kept. Keys are random, so no salt is needed. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Enough of a key for its owner to recognise it. */
export function nameOfKey(key: string): string {
  return `${PREFIX}...${key.slice(-SHOWN_CHARACTERS)}`;
}

/** Anything else cannot be in the table, and some of it PostgreSQL would not even take as a question. */
export function isKeyHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
