import fc from 'fast-check';
import { WholeEvents } from './whole-events';

/** The rule as it reads: everything up to the last blank line of what has come and has not gone yet. */
function whatMayGo(text: string): string {
  let end = text.length;
  while (end > 0 && !/(\n\n|\r\r|\n\r\n)$/.test(text.slice(0, end))) end -= 1;
  return text.slice(0, end);
}

/** Bytes that count how often one of them is looked at. */
function countingReads(bytes: Uint8Array, onRead: () => void): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) onRead();
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('WholeEvents', () => {
  it('B3 whatever the cuts: after each piece exactly the whole events have gone, and at the end everything', () => {
    const text = fc.string({ unit: fc.constantFrom('\n', '\n', '\r', '\r\n', 'a'), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (pieces) => {
        const events = new WholeEvents();
        let waiting = '';
        for (const piece of pieces) {
          const went = Buffer.from(events.push(Buffer.from(piece))).toString();
          expect(went).toBe(whatMayGo(waiting + piece));
          waiting = (waiting + piece).slice(went.length);
        }
        expect(Buffer.from(events.end()).toString()).toBe(waiting);
        expect(events.end()).toHaveLength(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a piece of whole events goes through as it is, also after an event that came in pieces', () => {
    const events = new WholeEvents();
    for (const text of ['data: 1\n\n', 'data: 2', '\n\n', 'data: 3\n\n']) {
      const bytes = Buffer.from(text);
      if (text.startsWith('data') && text.endsWith('\n\n')) expect(events.push(bytes)).toBe(bytes);
      else events.push(bytes);
    }
  });

  it('a large event in many pieces is looked through once', () => {
    const events = new WholeEvents();
    let reads = 0;
    const pieces = Array.from({ length: 64 }, () => Buffer.from('\n'.padStart(1_000, 'x')));
    for (const piece of pieces) {
      expect(events.push(countingReads(piece, () => (reads += 1)))).toHaveLength(0);
    }
    expect(reads).toBeLessThan(64 * 1_000 * 1.1);
  });
});
