import fc from 'fast-check';
import { type InputLine, LineReader } from './line-reader';

const MOST_LINE_BYTES = 20;

function sourceOf(pieces: readonly Buffer[]) {
  return { readPiece: async (number: number) => pieces[number] ?? null, mostLineBytes: MOST_LINE_BYTES };
}

const START = { line: 0, piece: 0, offset: 0 };

async function read(pieces: readonly Buffer[], start = START): Promise<InputLine[]> {
  const lines: InputLine[] = [];
  for await (const line of new LineReader(sourceOf(pieces), start).lines()) lines.push(line);
  return lines;
}

const texts = (lines: readonly InputLine[]) => lines.map(({ line, bytes }) => [line, bytes?.toString('utf8') ?? null]);

/** What the lines are by another's code. */
function linesOf(text: string): (string | null)[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (Buffer.byteLength(line) > MOST_LINE_BYTES ? null : line));
}

const file = fc
  .array(fc.oneof(fc.constantFrom('', '\n', '\n\n', 'é', '{"a":1}\n', 'x'.repeat(15)), fc.string({ maxLength: 6 })), {
    maxLength: 14,
  })
  .map((parts) => parts.join(''));

function cut(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });

describe('A6 lines of a file in pieces', () => {
  it('are the same however the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(file, sizes, async (text, at) => {
        expect(texts(await read(cut(text, at)))).toEqual(linesOf(text).map((line, index) => [index, line]));
      }),
      { numRuns: 500 },
    );
  });

  it('can be read from any of them on', async () => {
    await fc.assert(
      fc.asyncProperty(file, sizes, async (text, at) => {
        const pieces = cut(text, at);
        const all = await read(pieces);
        for (const [index, { line, piece, offset }] of all.entries())
          expect(await read(pieces, { line, piece, offset })).toEqual(all.slice(index));
      }),
      { numRuns: 200 },
    );
  });

  it('go on where a line says that the next begins', async () => {
    await fc.assert(
      fc.asyncProperty(file, sizes, fc.nat({ max: 10 }), async (text, at, stopAfter) => {
        const pieces = cut(text, at);
        const first: InputLine[] = [];
        if (stopAfter > 0)
          for await (const line of new LineReader(sourceOf(pieces), START).lines()) {
            first.push(line);
            if (first.length === stopAfter) break;
          }
        expect([...first, ...(await read(pieces, first.at(-1)?.after ?? START))]).toEqual(await read(pieces));
      }),
      { numRuns: 200 },
    );
  });

  it('leave the event loop to others, every 64 KB', async () => {
    let turns = 0;
    const tick = () => {
      turns += 1;
      immediate = setImmediate(tick);
    };
    let immediate = setImmediate(tick);
    const pieces = [Buffer.from('{"a":"12345"}\n'.repeat(50_000))];
    expect(await read(pieces)).toHaveLength(50_000);
    clearImmediate(immediate);
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('a piece is read when the line before it has been taken, and not earlier', async () => {
    const asked: number[] = [];
    const pieces = ['a\nb\n', 'c\n', 'd\n'].map((text) => Buffer.from(text));
    const readPiece = async (number: number) => {
      asked.push(number);
      return pieces[number] ?? null;
    };
    const lines = new LineReader({ readPiece, mostLineBytes: 10 }, START).lines();
    await lines.next();
    await lines.next();
    expect(asked).toEqual([0]);
    await lines.next();
    expect(asked).toEqual([0, 1]);
  });
});
