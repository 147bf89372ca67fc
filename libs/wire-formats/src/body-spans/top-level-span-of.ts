import { asBuffer } from '../json-bytes/as-buffer';
import { type ByteSpan, visitTopLevelMembers } from '../json-bytes/visit-top-level-members';

/** Where the value of one top-level field stands; the last one where it is given twice, which is the one that counts. */
export function topLevelSpanOf(json: Uint8Array, name: string): ByteSpan | undefined {
  let found: ByteSpan | undefined;
  visitTopLevelMembers(asBuffer(json), (key, value) => {
    if (key === name) found = value;
  });
  return found;
}
