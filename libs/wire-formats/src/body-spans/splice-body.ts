import { asBuffer } from '../json-bytes/as-buffer';

/** Bytes [start, end) become `text`. `start === end` inserts. */
export interface BodyEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The body with the edits made: a new one, or the same where nothing changes. The old one is untouched. Positions count in
 * the old body; order does not matter.
 * @throws RangeError when edits overlap or leave the body.
 */
export function spliceBody(body: Uint8Array, edits: readonly BodyEdit[]): Buffer {
  const source = asBuffer(body);
  const pieces: Buffer[] = [];
  let at = 0;
  let changes = false;
  for (const edit of inOrder(edits)) {
    if (edit.start < at || edit.end < edit.start || edit.end > source.length)
      throw new RangeError(`edit [${edit.start}, ${edit.end}) does not fit the body or the edit before it`);
    const text = Buffer.from(edit.text);
    pieces.push(source.subarray(at, edit.start), text);
    changes ||= !text.equals(source.subarray(edit.start, edit.end));
    at = edit.end;
  }
  // A large body is not copied to replace a name by the same name.
  if (!changes) return source;
  pieces.push(source.subarray(at));
  return Buffer.concat(pieces);
}

function inOrder(edits: readonly BodyEdit[]): readonly BodyEdit[] {
  return edits.length < 2 ? edits : [...edits].sort((left, right) => left.start - right.start);
}
