import { MOST_LINE_BYTES, MOST_LINES } from './batch-limits';
import { checkInput } from './check-input';
import { LineReader } from './line-reader';
import { readBatchLine } from './read-batch-line';

const ENDPOINT = '/v1/embeddings';
const GO_ON = () => true;

const lineOf = (customId: string, fields: object = {}) =>
  JSON.stringify({ custom_id: customId, method: 'POST', url: ENDPOINT, body: { input: 'x' }, ...fields });

function readerOf(text: string): LineReader {
  const pieces = [Buffer.from(text)];
  const source = { readPiece: async (number: number) => pieces[number] ?? null, mostLineBytes: MOST_LINE_BYTES };
  return new LineReader(source, { line: 0, piece: 0, offset: 0 });
}

const check = (lines: readonly string[], goOn = GO_ON) => checkInput(readerOf(lines.join('\n')), ENDPOINT, goOn);
const place = { line: 4, piece: 0, offset: 0 };

describe('A6 the input of a batch', () => {
  it('has so many lines at most, empty ones not counted', async () => {
    const lines = Array.from({ length: MOST_LINES }, (_line, index) => lineOf(`n${index}`));
    expect(await check([...lines, '', ''])).toEqual({ ok: true, total: MOST_LINES });
    expect(await check([...lines, lineOf('more')])).toMatchObject({
      ok: false,
      faults: [{ code: 'too_many_lines', param: 'input_file_id', line: null }],
    });
  });

  it('has each custom_id once, however alike they are', async () => {
    const long = 'x'.repeat(511);
    expect(await check([lineOf(`${long}a`), lineOf(`${long}b`), lineOf('A'), lineOf('a')])).toMatchObject({ ok: true });
    expect(await check([lineOf('ü'), '', lineOf('b'), lineOf('ü')])).toMatchObject({
      ok: false,
      faults: [{ code: 'duplicate_custom_id', line: 4 }],
    });
  });

  it('is told at most a hundred of its faults', async () => {
    const checked = await check(Array.from({ length: 150 }, () => 'no json'));
    expect(checked.ok || checked.faults.length).toBe(100);
  });

  it('is not read on when that does not matter any more', async () => {
    let asked = 0;
    const checked = await check([lineOf('a'), lineOf('b'), lineOf('c')], () => {
      asked += 1;
      return asked < 2;
    });
    expect([checked, asked]).toEqual([{ ok: true, total: 2 }, 2]);
  });

  it('is empty without a line', async () => {
    for (const lines of [[], ['', ' \t', '\r']])
      expect(await check(lines)).toMatchObject({ ok: false, faults: [{ code: 'empty_file' }] });
  });

  it('keeps the client’s own bytes of a body', () => {
    const body = '{ "input" : "é\\u00e9", "big": 12345678901234567890 }';
    const bytes = Buffer.from(`{"body":1,"custom_id":"a","method":"POST","url":"${ENDPOINT}","body":${body}}`);
    const read = readBatchLine({ ...place, bytes }, ENDPOINT);
    expect(read.kind === 'call' && read.call.body.toString('utf8')).toBe(body);
  });

  it.each([
    ['too long a line', null, 'line_too_long'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_json_line'],
    ['a list', Buffer.from('[]'), 'invalid_json_line'],
    ['too long a custom_id', Buffer.from(lineOf('x'.repeat(513))), 'missing_required_parameter'],
    ['a list as a body', Buffer.from(lineOf('a', { body: [] })), 'missing_required_parameter'],
  ])('tells the line and code of %s', (_what, bytes, code) => {
    expect(readBatchLine({ ...place, bytes }, ENDPOINT)).toMatchObject({ kind: 'fault', fault: { code, line: 5 } });
  });
});
