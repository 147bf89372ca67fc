import { type FormFault, type FormPart, formFault } from './form-part';
import { readPartHead } from './read-part-head';

export type SplitForm = { readonly ok: true; readonly parts: readonly FormPart[] } | FormFault;

const MOST_PARTS = 128;
const MOST_HEAD_BYTES = 8 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;

const CUT_SHORT = formFault('The form ends before its closing boundary.');
const NO_START = formFault('The body does not begin with the boundary that its content type names.');

/**
 * Where the parts of a form are (RFC 7578), without copying a byte of them. What stands before the first boundary is
 * refused, and so is a form that is cut short; what stands after the closing one does not count.
 * Time is linear in the bytes.
 */
export function splitForm(body: Buffer, boundary: string): SplitForm {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const first = delimiter.subarray(2);
  if (!body.subarray(0, first.length).equals(first)) return NO_START;
  const parts: FormPart[] = [];
  let at = afterDelimiter(body, first.length);
  if (at === null) return NO_START;
  while (at !== 'end') {
    if (parts.length === MOST_PARTS) return formFault(`The form has more than ${MOST_PARTS} parts.`);
    const part = readPart(body, at, delimiter);
    if (!part.ok) return part;
    parts.push(part.part);
    at = part.next;
  }
  return { ok: true, parts };
}

type Next = number | 'end';

function readPart(
  body: Buffer,
  at: number,
  delimiter: Buffer,
): { readonly ok: true; readonly part: FormPart; readonly next: Next } | FormFault {
  const headEnd = endOfHead(body, at);
  if (headEnd === null) return formFault('A part of the form has no end of its header lines, or too many of them.');
  const read = readPartHead(body.toString('utf8', at, Math.max(at, headEnd - HEAD_END.length)));
  if (!read.ok) return read;
  for (let found = body.indexOf(delimiter, headEnd); found !== -1; found = body.indexOf(delimiter, found + 1)) {
    const next = afterDelimiter(body, found + delimiter.length);
    // A longer word that begins like the boundary is part of the file.
    if (next !== null) return { ok: true, part: { ...read.head, start: headEnd, end: found }, next };
  }
  return CUT_SHORT;
}

/** Where the content begins. */
function endOfHead(body: Buffer, at: number): number | null {
  // A part without a single header line has only the empty one.
  if (body[at] === CR && body[at + 1] === LF) return at + 2;
  const end = body.subarray(at, at + MOST_HEAD_BYTES).indexOf(HEAD_END);
  return end === -1 ? null : at + end + HEAD_END.length;
}

/** What follows the bytes of a boundary: a part, the end of the form, or (null) more of a longer word. */
function afterDelimiter(body: Buffer, after: number): Next | null {
  if (body[after] === DASH && body[after + 1] === DASH) return 'end';
  let at = after;
  while (body[at] === SPACE || body[at] === TAB) at += 1;
  return body[at] === CR && body[at + 1] === LF ? at + 2 : null;
}
