import type { Checked, VendorWire } from './vendor-wire';

/** A file of a form. */
export interface SentFile {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** By name; names that end in `[]` lose it and have a list. */
export type FormFields = Readonly<Record<string, string | SentFile | readonly (string | SentFile)[]>>;

export function isSentFile(value: unknown): value is SentFile {
  return typeof value === 'object' && value !== null && 'bytes' in value && Buffer.isBuffer(value.bytes);
}

/** Read by Node's own reader of forms, so that what the gateway writes is judged by another's code. */
export async function readForm(body: Buffer, contentType: string, vendor: VendorWire): Promise<Checked<FormFields>> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return { refusal: { ...vendor.refusalForStatus(400, undefined), message: 'the body is not a valid form' } };
  }
  const fields: Record<string, string | SentFile | (string | SentFile)[]> = {};
  for (const [name, value] of form.entries()) {
    const read = typeof value === 'string' ? value : await sentFile(value);
    const list = name.endsWith('[]') ? name.slice(0, -2) : null;
    if (list === null) fields[name] = read;
    else {
      const known = fields[list];
      if (Array.isArray(known)) known.push(read);
      else fields[list] = [read];
    }
  }
  return { value: fields };
}

async function sentFile(file: File): Promise<SentFile> {
  return { filename: file.name, contentType: file.type, bytes: Buffer.from(await file.arrayBuffer()) };
}
