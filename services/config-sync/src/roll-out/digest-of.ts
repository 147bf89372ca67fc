import { createHash } from 'node:crypto';
import type { FileContent } from '../file-content';

/** Of all that was read of a source: whether it has changed at all, be it by a comment. */
export function digestOf(content: FileContent): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}
