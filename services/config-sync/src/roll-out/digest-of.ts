import { createHash } from 'node:crypto';

/** Of a document as it was read: whether it has changed at all, be it by a comment. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
