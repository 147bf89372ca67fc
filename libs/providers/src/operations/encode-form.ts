import { randomUUID } from 'node:crypto';
import { isFreeBoundary, type WrittenPart, writeForm } from '@gateway/wire-formats';

export interface EncodedForm {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** With a boundary that nobody can have put into a file, and that is looked for in each of them all the same. */
export function encodeForm(parts: readonly WrittenPart[]): EncodedForm {
  let boundary = newBoundary();
  while (!isFreeBoundary(parts, boundary)) boundary = newBoundary();
  return { body: writeForm(parts, boundary), contentType: `multipart/form-data; boundary=${boundary}` };
}

function newBoundary(): string {
  return `gateway-${randomUUID()}`;
}
