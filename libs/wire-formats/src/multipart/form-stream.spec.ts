import fc from 'fast-check';
import type { FormFault } from './form-part';
import { FormStream } from './form-stream';
import type { PartHead } from './read-part-head';
import { splitForm } from './split-form';

const BOUNDARY = 'the-boundary';
const DISPOSITION = 'Content-Disposition: form-data; name="file"; filename="a.jsonl"';

interface ReadForm {
  readonly parts: { readonly head: PartHead; readonly text: string }[];
  readonly fault: FormFault | null;
}

function readInChunks(body: Buffer, cuts: readonly number[]): ReadForm {
  const stream = new FormStream(BOUNDARY);
  const parts: { head: PartHead; text: string }[] = [];
  let fault: FormFault | null = null;
  const ends = [...cuts.map((cut) => cut % (body.length + 1)), body.length].sort((one, other) => one - other);
  let at = 0;
  for (const end of ends) {
    for (const event of stream.push(body.subarray(at, end))) {
      expect(fault).toBeNull();
      if (event.type === 'part') parts.push({ head: event.head, text: '' });
      else if (event.type === 'fault') fault = event.fault;
      else parts.at(-1)!.text += event.bytes.toString('latin1');
    }
    at = end;
  }
  return { parts, fault: fault ?? stream.end() };
}

/** Forms in order and in disorder, made of their borders and of what looks like one. */
const forms = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(`\r\n--${BOUNDARY}\r\n${DISPOSITION}\r\n\r\n`) },
      fc.constantFrom(
        '\r\n',
        '\r',
        '\r\n--',
        `\r\n--${BOUNDARY}`,
        `\r\n--${BOUNDARY}x`,
        `\r\n--${BOUNDARY}-`,
        `\r\n--${BOUNDARY} \t\r\n${DISPOSITION}\r\n\r\n`,
        `\r\n--${BOUNDARY}--`,
        `\r\n--${BOUNDARY}\r\n\r\n`,
        '{"custom_id":"a"}\n',
      ),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => Buffer.from(`--${BOUNDARY}\r\n${DISPOSITION}\r\n\r\n${pieces.join('')}\r\n--${BOUNDARY}--\r\n`));
const cuts = fc.array(fc.nat({ max: 4_000 }), { maxLength: 12 });

describe('A6 forms while they come', () => {
  it('give, however they are cut into chunks, what the whole form gives', () => {
    fc.assert(
      fc.property(forms, cuts, (body, at) => {
        const whole = splitForm(body, BOUNDARY);
        const { parts, fault } = readInChunks(body, at);
        if (!whole.ok) {
          expect(fault).toEqual(whole);
          return;
        }
        expect(fault).toBeNull();
        expect(parts).toEqual(
          whole.parts.map(({ start, end, ...head }) => ({ head, text: body.toString('latin1', start, end) })),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('are read byte by byte', () => {
    const body = Buffer.from(`--${BOUNDARY}\r\n${DISPOSITION}\r\n\r\n\r\n--${BOUNDARY}!\r\n--${BOUNDARY}--`);
    const each = Array.from(body, (_byte, index) => index);
    expect(readInChunks(body, each)).toEqual({
      parts: [{ head: { name: 'file', filename: 'a.jsonl' }, text: `\r\n--${BOUNDARY}!` }],
      fault: null,
    });
  });

  it.each([
    ['something before the first boundary', `x--${BOUNDARY}\r\n`, /does not begin/],
    ['no closing boundary', `--${BOUNDARY}\r\n${DISPOSITION}\r\n\r\nabc`, /ends before/],
    ['endless header lines', `--${BOUNDARY}\r\nX: ${'x'.repeat(9_000)}`, /no end of its header lines/],
    ['nothing', '', /does not begin/],
  ])('with %s are refused', (_what, text, why) => {
    for (const at of [[], [3, 17, 40]]) {
      expect(readInChunks(Buffer.from(text), at).fault?.error.message).toMatch(why);
    }
  });

  it('hold back no more than a border, whatever the size of a file', () => {
    const stream = new FormStream(BOUNDARY);
    stream.push(Buffer.from(`--${BOUNDARY}\r\n${DISPOSITION}\r\n\r\n`));
    let given = 0;
    for (let round = 1; round <= 50; round += 1) {
      for (const event of stream.push(Buffer.alloc(64 * 1024, '\r\n--the-bound')))
        if (event.type === 'content') given += event.bytes.length;
      expect(round * 64 * 1024 - given).toBeLessThan(`\r\n--${BOUNDARY}`.length);
    }
  });
});
