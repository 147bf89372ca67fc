import type { Frame } from './read-frame';

const DELTA_KEY = Buffer.from('"delta":{');
const TYPE_END = Buffer.from('_delta"');

/** `"}}` and what stands between a delta's type and its text: `,"text":"`, `,"thinking":"`, `,"partial_json":"`. */
const AFTER_TEXT = 3;
const BEFORE_TEXT: ReadonlyMap<number, number> = new Map([
  ['t'.charCodeAt(0), ',"text":"'.length], // text_delta
  ['g'.charCodeAt(0), ',"thinking":"'.length], // thinking_delta
  ['n'.charCodeAt(0), ',"partial_json":"'.length], // input_json_delta
]);

/**
 * About how many bytes of generated text a `content_block_delta` holds, from its size alone; the last letter before
 * `_delta"` tells the kind. Signatures and citations are not generated text and count 0.
 * @returns -1 when the bytes do not look like a delta, so that they had better be parsed
 */
export function measureDelta(event: Buffer, frame: Frame): number {
  const deltaAt = event.indexOf(DELTA_KEY, frame.dataStart);
  if (deltaAt === -1) return -1;
  const typeEnd = event.indexOf(TYPE_END, deltaAt);
  if (typeEnd === -1) return -1;
  const beforeText = BEFORE_TEXT.get(event[typeEnd - 1] ?? 0);
  if (beforeText === undefined) return 0;
  return Math.max(0, frame.dataEnd - AFTER_TEXT - (typeEnd + TYPE_END.length + beforeText));
}
