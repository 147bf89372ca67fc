/** One part of a form to be written. */
export interface WrittenPart {
  readonly name: string;
  readonly filename?: string;
  readonly contentType?: string;
  readonly content: Uint8Array;
}

/** `boundary` must not occur in any of the contents; `isFreeBoundary` tells. */
export function writeForm(parts: readonly WrittenPart[], boundary: string): Buffer {
  const pieces: Uint8Array[] = [];
  for (const part of parts) pieces.push(Buffer.from(headOf(part, boundary)), part.content, LINE_END);
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return Buffer.concat(pieces);
}

export function isFreeBoundary(parts: readonly WrittenPart[], boundary: string): boolean {
  return !parts.some(({ content }) =>
    Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes(boundary),
  );
}

const LINE_END = Buffer.from('\r\n');

function headOf({ name, filename, contentType }: WrittenPart, boundary: string): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`;
  return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}\r\n${type}\r\n`;
}

/**
 * As browsers do (WHATWG HTML, "escape a multipart form data name"), and backslashes too: before a quote, some readers
 * take one for an escape.
 */
function quoted(text: string): string {
  return text
    .replace(/\r\n|\r|\n/g, '%0D%0A')
    .replace(/"/g, '%22')
    .replace(/\\/g, '%5C');
}
