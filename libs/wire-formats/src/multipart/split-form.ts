import { type BorderEnd, endOfBorder, endOfPartHead, MOST_PARTS } from './form-borders';
import { CUT_SHORT, type FormFault, type FormPart, HEAD_TOO_LONG, NO_START, TOO_MANY_PARTS } from './form-part';
import { readPartHead } from './read-part-head';

export type SplitForm = { readonly ok: true; readonly parts: readonly FormPart[] } | FormFault;

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
  let at = nextOf(endOfBorder(body, first.length));
  if (at === null) return NO_START;
  while (at !== 'end') {
    if (parts.length === MOST_PARTS) return TOO_MANY_PARTS;
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
  const headEnd = endOfPartHead(body, at);
  if (headEnd === null || headEnd === 'unknown') return HEAD_TOO_LONG;
  const read = readPartHead(body.toString('utf8', at, headEnd.textEnd));
  if (!read.ok) return read;
  const start = headEnd.contentStart;
  for (let found = body.indexOf(delimiter, start); found !== -1; found = body.indexOf(delimiter, found + 1)) {
    const next = nextOf(endOfBorder(body, found + delimiter.length));
    // A longer word that begins like the boundary is part of the file.
    if (next !== null) return { ok: true, part: { ...read.head, start, end: found }, next };
  }
  return CUT_SHORT;
}

/** Nothing comes after a whole body that could still make a border of it. */
function nextOf(end: BorderEnd): Next | null {
  return end === 'longer' || end === 'unknown' ? null : end;
}
