import { type FormFault, type FormPart, formFault } from './form-part';

export type PartHead = Pick<FormPart, 'name' | 'filename' | 'contentType'>;

type ReadHead = { readonly ok: true; readonly head: PartHead } | FormFault;

const MOST_HEADERS = 8;
const MOST_NAME_CHARACTERS = 200;
const MOST_FILENAME_CHARACTERS = 1_000;
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/;
const PARAMETER = /;[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*/gy;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f\ufffd]/;
const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);

/**
 * The header lines of one part. Whatever two readers could understand differently is refused: folded lines, repeated
 * headers and parameters, encodings that nobody uses any more, parts within parts.
 */
export function readPartHead(text: string): ReadHead {
  const headers = new Map<string, string>();
  const lines = text === '' ? [] : text.split('\r\n');
  if (lines.length > MOST_HEADERS) return formFault(`A part of the form has more than ${MOST_HEADERS} header lines.`);
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined || CONTROL.test(value))
      return formFault('A part of the form has a header line that cannot be read.');
    if (headers.has(name.toLowerCase())) return formFault(`A part of the form has two headers ${name.slice(0, 40)}.`);
    headers.set(name.toLowerCase(), value);
  }
  return readHeaders(headers);
}

function readHeaders(headers: ReadonlyMap<string, string>): ReadHead {
  const parameters = readDisposition(headers.get('content-disposition') ?? '');
  const name = parameters?.get('name');
  if (parameters === null || name === undefined || name === '' || name.length > MOST_NAME_CHARACTERS)
    return formFault('A part of the form has no readable name.');
  const filename = parameters.get('filename') ?? readExtended(parameters.get('filename*'));
  if (filename === null || (filename !== undefined && filename.length > MOST_FILENAME_CHARACTERS))
    return formFault(`${name}: the filename cannot be read.`, name);
  const encoding = headers.get('content-transfer-encoding');
  if (encoding !== undefined && !PLAIN_ENCODINGS.has(encoding.toLowerCase()))
    return formFault(`${name}: must be sent as it is, without Content-Transfer-Encoding.`, name);
  const contentType = headers.get('content-type');
  if (contentType !== undefined && !/^[\x20-\x7e]{1,200}$/.test(contentType))
    return formFault(`${name}: the content type cannot be read.`, name);
  if (contentType?.toLowerCase().startsWith('multipart/'))
    return formFault(`${name}: a form within a form is not accepted.`, name);
  return {
    ok: true,
    head: { name, ...(filename !== undefined && { filename }), ...(contentType !== undefined && { contentType }) },
  };
}

/** Null when it is not `form-data`, or its parameters are in disorder. */
function readDisposition(text: string): ReadonlyMap<string, string> | null {
  const [type = ''] = text.split(';', 1);
  if (type.trim().toLowerCase() !== 'form-data') return null;
  const parameters = new Map<string, string>();
  let end = type.length;
  PARAMETER.lastIndex = end;
  for (let match = PARAMETER.exec(text); match !== null; match = PARAMETER.exec(text)) {
    end = PARAMETER.lastIndex;
    const key = match[1]!.toLowerCase();
    if (parameters.has(key)) return null;
    const value = match[2] === undefined ? match[3]! : unquote(match[2]);
    if (CONTROL.test(value)) return null;
    parameters.set(key, value);
  }
  return end === text.length ? parameters : null;
}

/** Browsers write a quote as `%22`, curl as `\"`. Other backslashes are part of the name, as old browsers sent them. */
function unquote(text: string): string {
  return text.replace(/\\(["\\])/g, '$1').replace(/%22/g, '"');
}

/** `utf-8''na%C3%AFve.wav`, as some clients write names that are not ASCII; null when it is something else. */
function readExtended(text: string | undefined): string | null | undefined {
  if (text === undefined) return undefined;
  const [, encoded] = /^utf-8'[A-Za-z0-9-]*'(.*)$/i.exec(text) ?? [];
  if (encoded === undefined) return null;
  try {
    const name = decodeURIComponent(encoded);
    return CONTROL.test(name) ? null : name;
  } catch {
    return null; // a lone `%`
  }
}
