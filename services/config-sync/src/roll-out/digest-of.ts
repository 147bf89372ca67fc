import { createHash } from 'node:crypto';
import type { StoredModelEntry } from '@gateway/config';
import type { FileContent } from '../file-content';

/** Of all that was read of a source, and of the stored models beside it: whether it has changed at all, be it by a comment. */
export function digestOf(content: FileContent, models: readonly StoredModelEntry[] = []): string {
  const hash = createHash('sha256').update(JSON.stringify(content));
  if (models.length > 0) hash.update(JSON.stringify(models));
  return hash.digest('hex').slice(0, 32);
}
