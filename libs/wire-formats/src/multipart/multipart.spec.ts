// Judged by another's code: Node's own writer and reader of forms.
import fc from 'fast-check';
import { documentOf } from './document-of';
import { FormFile } from './form-file';
import { readBoundary } from './read-boundary';
import { splitForm } from './split-form';
import { isFreeBoundary, type WrittenPart, writeForm } from './write-form';

const BOUNDARY = 'the-boundary';

/** Bytes that look like borders of forms, among any others. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '\r\n',
          '\r\n--',
          `--${BOUNDARY}`,
          `\r\n--${BOUNDARY}x`,
          `\r\n--${BOUNDARY}-`,
          `\n--${BOUNDARY}--\n`,
          `\r\n--${BOUNDARY} \t x`,
          '--',
          'Content-Disposition: form-data; name="model"\r\n\r\n',
          '\0',
        )
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Buffer.concat(pieces));

const name = fc.stringMatching(/^[a-z_ "é\\]{1,12}(\[\])?$/);
const filename = fc.stringMatching(/^[ -~é漢]{0,20}$/);
/** Node's writer leaves an empty name out, and a backslash as it is. */
const plainFilename = fc.stringMatching(/^[ -[\]-~é漢]{1,20}$/);
const part: fc.Arbitrary<WrittenPart> = fc.record(
  { name, content, filename, contentType: fc.constantFrom('audio/wav', 'application/octet-stream') },
  { requiredKeys: ['name', 'content'] },
);

const DELIMITER = /\r\n--the-boundary([ \t]*\r\n|--)/;
const asSent = (file: string) => file.replace(/%22/g, '"').replace(/\\/g, '%5C');

describe('A4 forms', () => {
  it('any content survives being written and split, whatever border it looks like', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        // A file that holds a whole delimiter cannot be sent with this boundary; whoever writes asks first.
        fc.pre(!parts.some(({ content: bytes }) => DELIMITER.test(`${Buffer.from(bytes).toString('latin1')}\r\n`)));
        const body = writeForm(parts, BOUNDARY);
        const split = splitForm(body, BOUNDARY);
        if (!split.ok) throw new Error(split.error.message);
        expect(split.parts.map((one) => body.toString('latin1', one.start, one.end))).toEqual(
          parts.map((one) => Buffer.from(one.content).toString('latin1')),
        );
        expect(split.parts.map((one) => one.filename)).toEqual(
          parts.map((one) => one.filename && asSent(one.filename)),
        );
        expect(split.parts.map((one) => one.contentType)).toEqual(parts.map((one) => one.contentType));
      }),
      { numRuns: 500 },
    );
  });

  it('a boundary is free only where no content has it', () => {
    const parts = [{ name: 'file', content: Buffer.from(`a${BOUNDARY}b`) }];
    expect(isFreeBoundary(parts, BOUNDARY)).toBe(false);
    expect(isFreeBoundary(parts, `${BOUNDARY}-2`)).toBe(true);
  });

  it('Node’s reader finds in what is written what was put in', async () => {
    await fc.assert(
      fc.asyncProperty(content, filename, fc.string({ unit: 'grapheme', maxLength: 20 }), async (bytes, file, text) => {
        const boundary = 'b-0123456789';
        const parts = [
          { name: 'model', content: Buffer.from(text) },
          { name: 'file', filename: file, contentType: 'audio/wav', content: bytes },
        ];
        const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
        const form = await new Response(new Uint8Array(writeForm(parts, boundary)), { headers }).formData();
        expect(form.get('model')).toBe(text);
        const read = form.get('file') as File;
        expect(read.name).toBe(asSent(file));
        expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('what Node’s writer writes is split into what was put in', async () => {
    await fc.assert(
      fc.asyncProperty(content, plainFilename, fc.string({ maxLength: 20 }), async (bytes, file, text) => {
        const form = new FormData();
        form.append('model', text);
        form.append('image[]', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), file);
        form.append('image[]', new Blob([new Uint8Array(bytes)]), 'second');
        const request = new Response(form);
        const body = Buffer.from(await request.arrayBuffer());
        const boundary = readBoundary(request.headers.get('content-type') ?? '');
        const split = splitForm(body, boundary ?? '');
        if (!split.ok) throw new Error(split.error.message);
        const read = documentOf(body, split.parts);
        if (!read.ok) throw new Error(read.error.message);
        // Forms write every line end as CR LF.
        expect(read.document.model).toBe(text.replace(/\r\n|\r|\n/g, '\r\n'));
        expect(read.document.image).toEqual([
          new FormFile(file.replace(/%22/g, '"'), bytes.length),
          new FormFile('second', bytes.length),
        ]);
        const [, first] = split.parts;
        expect(body.subarray(first!.start, first!.end).equals(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('never throws, and never reads outside of the body, whatever the bytes', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        const body = Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n`), bytes]);
        const split = splitForm(body, BOUNDARY);
        if (split.ok) for (const one of split.parts) expect(one.start <= one.end && one.end <= body.length).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;boundary="a b c"', 'a b c'],
    ['multipart/form-data; charset=utf-8; boundary=abc ', 'abc'],
    ['multipart/form-data; boundary="a\\"b"', null],
    ['multipart/form-data', null],
    ['multipart/form-data; boundary=', null],
    ['multipart/form-data; boundary=a; boundary=b', null],
    ['multipart/form-data; boundary=a b', null],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, null],
    ['multipart/mixed; boundary=abc', null],
    ['application/json', null],
    [undefined, null],
  ])('reads the boundary of %j as %j', (type, boundary) => {
    expect(readBoundary(type)).toBe(boundary);
  });

  const one = (head: string, text = 'x') => `--${BOUNDARY}\r\n${head}\r\n\r\n${text}\r\n--${BOUNDARY}--\r\n`;
  const disposition = 'Content-Disposition: form-data; name="file"';

  it.each([
    ['no boundary at the start', `preamble\r\n${one(disposition)}`],
    ['no closing boundary', `--${BOUNDARY}\r\n${disposition}\r\n\r\nx\r\n--${BOUNDARY}`],
    ['no end of the header lines', `--${BOUNDARY}\r\n${disposition}\r\n`],
    ['a folded line', one('Content-Disposition: form-data;\r\n name="file"')],
    ['a header twice', one(`${disposition}\r\n${disposition}`)],
    ['a name twice', one('Content-Disposition: form-data; name="file"; name="model"')],
    ['no name', one('Content-Disposition: form-data')],
    ['an empty name', one('Content-Disposition: form-data; name=""')],
    ['another disposition', one('Content-Disposition: attachment; name="file"')],
    ['no header at all', `--${BOUNDARY}\r\n\r\nx\r\n--${BOUNDARY}--`],
    ['a line without a colon', one(`${disposition}\r\nnonsense`)],
    ['a bare line feed in a header', one(`${disposition}\nContent-Type: a/b`)],
    ['a control character', one('Content-Disposition: form-data; name="fi\0le"')],
    ['base64', one(`${disposition}\r\nContent-Transfer-Encoding: base64`)],
    ['a form within', one(`${disposition}\r\nContent-Type: multipart/mixed; boundary=b`)],
    ['a filename nobody can read', one(`${disposition}; filename*=iso-8859-1''a%E4`)],
    ['too many headers', one(Array.from({ length: 9 }, (_, index) => `X-${index}: 1`).join('\r\n'))],
    ['a head without end', one(`${disposition}\r\nX-Long: ${'x'.repeat(9_000)}`)],
    ['too many parts', `${`--${BOUNDARY}\r\n${disposition}\r\n\r\nx\r\n`.repeat(129)}--${BOUNDARY}--`],
  ])('refuses %s', (_what, body) => {
    expect(splitForm(Buffer.from(body), BOUNDARY)).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
  });

  it('reads names as browsers, curl and Python write them', () => {
    const names = [
      'filename="a%22b.wav"',
      'filename="a\\"b.wav"',
      "filename*=utf-8''na%C3%AFve.wav",
      'filename=plain.wav',
    ];
    const read = names.map((text) => {
      const split = splitForm(Buffer.from(one(`${disposition}; ${text}`)), BOUNDARY);
      return split.ok ? split.parts[0]?.filename : null;
    });
    expect(read).toEqual(['a"b.wav', 'a"b.wav', 'naïve.wav', 'plain.wav']);
  });

  it('refuses a field that comes twice, and text that is none, by name', () => {
    const two = [
      { name: 'model', content: Buffer.from('a') },
      { name: 'model', content: Buffer.from('b') },
    ];
    expect(documentOfParts(two)).toMatchObject({ ok: false, error: { param: 'model' } });
    expect(documentOfParts([...two.slice(0, 1), { name: 'model[]', content: Buffer.from('b') }])).toMatchObject({
      ok: false,
      error: { param: 'model' },
    });
    expect(documentOfParts([{ name: 'prompt', content: Buffer.from([0xff]) }])).toMatchObject({
      ok: false,
      error: { param: 'prompt' },
    });
    expect(documentOfParts([{ name: 'prompt', content: Buffer.alloc(600_000) }])).toMatchObject({ ok: false });
  });
});

function documentOfParts(parts: readonly WrittenPart[]) {
  const body = writeForm(parts, BOUNDARY);
  const split = splitForm(body, BOUNDARY);
  if (!split.ok) throw new Error(split.error.message);
  return documentOf(body, split.parts);
}
