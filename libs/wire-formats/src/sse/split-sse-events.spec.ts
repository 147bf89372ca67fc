import fc from 'fast-check';
import { isMalformedResponse } from '../malformed-response';
import { arbitraryCuts, everyByteAlone } from './__fixtures__/cut-anywhere';
import { SplitSseEvents } from './split-sse-events';

function split(chunks: readonly Buffer[]): { events: string[]; rest: string | null } {
  const splitter = new SplitSseEvents();
  const events = chunks.flatMap((chunk) => splitter.push(chunk)).map(String);
  return { events, rest: splitter.end()?.toString() ?? null };
}

const whole = (text: string) => split([Buffer.from(text)]);

describe('B3 cutting a byte stream into events', () => {
  it.each([
    ['LF', 'data: 1\n\ndata: 2\n\n', ['data: 1\n\n', 'data: 2\n\n']],
    ['CRLF', 'data: 1\r\n\r\ndata: 2\r\n\r\n', ['data: 1\r\n\r\n', 'data: 2\r\n\r\n']],
    ['CR', 'data: 1\r\rdata: 2\r\r', ['data: 1\r\r', 'data: 2\r\r']],
    ['LF then CRLF', 'data: 1\n\r\ndata: 2\n\n', ['data: 1\n\r\n', 'data: 2\n\n']],
    ['CRLF then LF', 'data: 1\r\n\ndata: 2\n\n', ['data: 1\r\n\n', 'data: 2\n\n']],
    ['LF then CR', 'data: 1\n\rdata: 2\n\n', ['data: 1\n\r', 'data: 2\n\n']],
    ['several lines', 'event: a\r\ndata: 1\rdata: 2\n\n', ['event: a\r\ndata: 1\rdata: 2\n\n']],
    ['a comment', ': hi\n\n', [': hi\n\n']],
    ['blank lines in excess', '\n\r\n\rdata: 1\n\n\n\n\ndata: 2\n\n', ['data: 1\n\n', 'data: 2\n\n']],
    ['a byte-order mark', '\uFEFFdata: 1\n\n', ['data: 1\n\n']],
    ['a mark later on is text', 'data: 1\n\n\uFEFFdata: 2\n\n', ['data: 1\n\n', '\uFEFFdata: 2\n\n']],
    ['nothing', '', []],
  ])('understands %s', (_name, text, events) => {
    expect(whole(text)).toEqual({ events, rest: null });
    expect(split(everyByteAlone(Buffer.from(text)))).toEqual({ events, rest: null });
  });

  it('tells what is left when the stream is cut inside an event', () => {
    expect(whole('data: 1\n\ndata: 2\n')).toEqual({ events: ['data: 1\n\n'], rest: 'data: 2\n' });
    expect(whole('data: 1')).toEqual({ events: [], rest: 'data: 1' });
  });

  it('waits for the LF of a blank line that came as CR after CRLF, but not on a stream of lone CRs', () => {
    const splitter = new SplitSseEvents();
    expect(splitter.push(Buffer.from('data: 1\r\n\r'))).toEqual([]);
    expect(splitter.push(Buffer.from('\n')).map(String)).toEqual(['data: 1\r\n\r\n']);
    expect(splitter.push(Buffer.from('data: 2\r\r')).map(String)).toEqual(['data: 2\r\r']);
  });

  it('gives events inside one chunk as views of it, without copying', () => {
    const chunk = Buffer.from('data: 1\n\ndata: 2\n\ndata: 3');
    const events = new SplitSseEvents().push(chunk);
    expect(events.map((event) => event.buffer === chunk.buffer)).toEqual([true, true]);
    expect(events.map((event) => event.byteOffset - chunk.byteOffset)).toEqual([0, 9]);
  });

  it('refuses an event over the limit, in one chunk or many, and takes one of just the limit', () => {
    const refused = (chunks: string[], limit: number): boolean => {
      const splitter = new SplitSseEvents(limit);
      try {
        for (const chunk of chunks) splitter.push(Buffer.from(chunk));
        return false;
      } catch (error) {
        return isMalformedResponse(error);
      }
    };
    expect(refused(['data: 1\n\n'], 8)).toBe(true);
    expect(refused(['data: ', '123'], 8)).toBe(true);
    expect(refused(['data', ': 1', '\n\n', 'data: 2\n\n'], 9)).toBe(false);
  });

  it('limits an event to 4 MB by default', () => {
    const splitter = new SplitSseEvents();
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 4; count += 1) splitter.push(megabyte);
    expect(() => splitter.push(Buffer.from('x'))).toThrow(/4194304/);
  });

  it('any chunking of any bytes gives the same events', () => {
    const line = fc.constantFrom('data: a', 'data: é漢😀', ': c', 'event: e', '', '', 'x');
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    const stream = fc.tuple(
      fc.constantFrom('', '\uFEFF'),
      fc.array(
        fc.tuple(line, lineEnd).map((pair) => pair.join('')),
        { maxLength: 14 },
      ),
    );
    fc.assert(
      fc.property(stream, arbitraryCuts(), ([mark, lines], cut) => {
        const bytes = Buffer.from(mark + lines.join(''));
        const expected = split([bytes]);
        expect(split(cut(bytes))).toEqual(expected);
        expect(split(everyByteAlone(bytes))).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('no byte of a line is lost or made up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '\n', '\r', ':'), { maxLength: 30 }),
        arbitraryCuts(),
        (letters, cut) => {
          const text = letters.join('');
          const { events, rest } = split(cut(Buffer.from(text)));
          const kept = (value: string) => value.replace(/[\r\n]/g, '');
          expect(kept(events.join('') + (rest ?? ''))).toBe(kept(text));
          for (const event of events) expect(event).toMatch(/^[^\r\n][\s\S]*(\n|\r)$/);
        },
      ),
    );
  });
});
