const MOST_HEAD_BYTES = 8 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;

/** Of a whole form; a longer one has no use. */
export const MOST_PARTS = 128;

/** Where a part begins, the end of the form, no border but a longer word, or bytes that end too early to tell. */
export type BorderEnd = number | 'end' | 'longer' | 'unknown';

/** What follows the bytes of a boundary that end at `after`. */
export function endOfBorder(bytes: Buffer, after: number): BorderEnd {
  if (bytes[after] === DASH) {
    if (after + 1 === bytes.length) return 'unknown';
    return bytes[after + 1] === DASH ? 'end' : 'longer';
  }
  let at = after;
  while (bytes[at] === SPACE || bytes[at] === TAB) at += 1;
  if (at - after > MOST_HEAD_BYTES) return 'longer';
  if (at >= bytes.length || (bytes[at] === CR && at + 1 === bytes.length)) return 'unknown';
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : 'longer';
}

export interface PartHeadEnd {
  /** Of the header lines, without the empty one. */
  readonly textEnd: number;
  readonly contentStart: number;
}

/** Where the header lines of the part at `at` end: null when they are too many, `unknown` when more bytes may tell. */
export function endOfPartHead(bytes: Buffer, at: number): PartHeadEnd | 'unknown' | null {
  // A part without a single header line has only the empty one.
  if (bytes[at] === CR && bytes[at + 1] === LF) return { textEnd: at, contentStart: at + 2 };
  const end = bytes.subarray(at, at + MOST_HEAD_BYTES).indexOf(HEAD_END);
  if (end !== -1) return { textEnd: at + end, contentStart: at + end + HEAD_END.length };
  return bytes.length - at >= MOST_HEAD_BYTES ? null : 'unknown';
}
