import fc from 'fast-check';
import { isMalformedResponse } from '../malformed-response';
import { NDJSON_FRAMING } from './ndjson-framing';
import { SplitLines } from './split-lines';

describe('lines of JSON', () => {
  it('are the same wherever the bytes are cut, also inside a character', () => {
    const values = fc.array(fc.jsonValue({ stringUnit: 'grapheme' }), { maxLength: 8 });
    const ends = fc.constantFrom('\n', '\r\n', '\n\n');
    const cuts = fc.array(fc.nat(1_000_000), { maxLength: 20 });
    fc.assert(
      fc.property(values, ends, cuts, (documents, end, places) => {
        const bytes = Buffer.from(documents.map((document) => JSON.stringify(document) + end).join(''));
        const borders = places.map((place) => place % (bytes.length + 1)).sort((left, right) => left - right);
        const splitter = NDJSON_FRAMING.createSplitter();
        const events = [...borders, bytes.length].flatMap((border, index) =>
          splitter.push(Buffer.from(bytes.subarray(borders[index - 1] ?? 0, border))),
        );
        expect(events.map(({ data }) => data)).toEqual(documents.map((document) => JSON.stringify(document)));
      }),
    );
  });

  it('without an end are left over', () => {
    const splitter = new SplitLines();
    expect(splitter.push(Buffer.from('{"a":1}\n{"b"'))).toEqual(['{"a":1}']);
    expect([splitter.end(), splitter.end()]).toEqual(['{"b"', null]);
  });

  it('have a limit, in one chunk or in many', () => {
    const push = (...chunks: string[]) => {
      const splitter = new SplitLines(8);
      return () => chunks.map((chunk) => splitter.push(Buffer.from(chunk)));
    };
    const isRefused = (act: () => unknown): boolean => {
      try {
        act();
      } catch (error) {
        return isMalformedResponse(error);
      }
      return false;
    };
    expect([push('12345678\n'), push('123456789\n'), push('12345', '6789')].map(isRefused)).toEqual([
      false,
      true,
      true,
    ]);
  });
});
