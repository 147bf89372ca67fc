import { isUtf8 } from 'node:buffer';
import { FormFile } from './form-file';
import { type FormFault, type FormPart, formFault } from './form-part';

/** Of one field that is not a file: many times OpenAI's longest prompt. */
const MOST_TEXT_BYTES = 512 * 1024;

export type FormValue = string | FormFile;
export type FormDocument = Readonly<Record<string, FormValue | readonly FormValue[]>>;

export type ReadDocument = { readonly ok: true; readonly document: FormDocument } | FormFault;

/**
 * The fields of a form as an object: texts, files (their names and sizes), and lists of both for names that end in `[]`,
 * which they lose. A name that comes twice and is no list is refused: who reads on might take the other one.
 */
export function documentOf(body: Buffer, parts: readonly FormPart[]): ReadDocument {
  const fields = new Map<string, FormValue | FormValue[]>();
  for (const part of parts) {
    const isList = part.name.endsWith('[]');
    const name = fieldName(part.name);
    const value = formValue(body, part);
    if (value === null) return formFault(`${name}: must be text in UTF-8, of at most ${MOST_TEXT_BYTES} bytes.`, name);
    const known = fields.get(name);
    if (known === undefined) fields.set(name, isList ? [value] : value);
    else if (isList && Array.isArray(known)) known.push(value);
    else return formFault(`${name}: must be given once.`, name);
  }
  return { ok: true, document: Object.fromEntries(fields) };
}

/** `image[]` and `image` are one field. */
export function fieldName(partName: string): string {
  return partName.endsWith('[]') ? partName.slice(0, -2) : partName;
}

function formValue(body: Buffer, { filename, start, end }: FormPart): FormValue | null {
  if (filename !== undefined) return new FormFile(filename, end - start);
  if (end - start > MOST_TEXT_BYTES) return null;
  const bytes = body.subarray(start, end);
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}
